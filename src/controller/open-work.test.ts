import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { readHeldBack } from "../ledger/held.ts";
import { readJournal } from "../ledger/journal.ts";
import { readOpenChange } from "../ledger/open-change.ts";
import { type FakeClock, fakeClock } from "../lib/fake-clock.ts";
import { ProblemError, problem } from "../lib/problem.ts";
import { siteLayout } from "../providers/layout.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { type MemoryWorld, memoryWorld, thingsOf } from "../providers/memory/world.ts";
import { makeChange } from "./change.ts";
import { prepare } from "./prepare.ts";
import { supervise } from "./supervise.ts";

const health = { check: { by: "tcp", port: 8080 }, every: 1000, timeout: 1000, within: 5000 } as const;
const mail = (version: string) =>
  sampleService("mail", {
    parts: [samplePart("mail", { health, env: { VERSION: version }, state: [{ name: "data", path: "/data" }] })],
  });

describe("a change that somebody left open", () => {
  let directory: string;
  let clock: FakeClock;
  let world: MemoryWorld;
  let lines: string[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "freehold-open-"));
    clock = fakeClock();
    lines = [];
    world = memoryWorld({
      clock,
      behaviour: ({ env: { VERSION } }) => (VERSION === "bad" ? { answersAfter: Number.POSITIVE_INFINITY } : {}),
    });
    await change("1");
    // Interrupted while the bad version was asked for its health.
    const stop = new AbortController();
    clock.at(clock.elapsed() + 2000, () => stop.abort(new Error("SIGINT")));
    await change("bad", stop.signal);
    data()?.set("format", "bad");
  });
  afterEach(() => rm(directory, { recursive: true }));

  const roots = () => ({ root: join(directory, "root"), run: join(directory, "run") });
  const layout = () => siteLayout(roots(), "home");
  const thing = (id: string) => thingsOf(world, "home").get(id);
  const data = () => thing("volume/mail/mail/data")?.data;
  const change = async (version: string, signal = new AbortController().signal) => {
    const site = sampleSite([mail(version)]);
    const runtime = memoryRuntime(world);
    const prepared = await prepare(site, runtime);
    return makeChange({ layout: layout(), runtime, clock, signal, progress: () => {}, site, prepared, way: "up" });
  };
  const superviseFor = async (milliseconds: number) => {
    const stop = new AbortController();
    clock.at(clock.elapsed() + milliseconds, () => stop.abort());
    const log = { info: (text: string) => lines.push(text), warn: (text: string) => lines.push(`warning: ${text}`) };
    const startTime = async (pid: number) =>
      [...thingsOf(world, "home").values()].some(({ run }) => run?.pid === pid && run.state === "running")
        ? pid
        : undefined;
    await supervise({
      ...{ roots: roots(), site: "home", runtime: memoryRuntime(world), signal: stop.signal, log, clock, startTime },
      ...{ authority: async () => undefined, bootedAt: 0 },
    });
  };

  test("is undone by the supervisor when what it wanted does not work, with the state of before", async () => {
    expect((await readOpenChange(layout().ledger))?.services.mail?.snapshot).toBeDefined();
    await superviseFor(60_000);
    expect(thing("container/mail/mail")).toMatchObject({
      resource: { env: { VERSION: "1" } },
      run: { state: "running" },
    });
    expect(data()?.get("format")).toBeUndefined();
    expect(await readOpenChange(layout().ledger)).toBeUndefined();
    expect((await readHeldBack(layout().ledger)).mail?.runs).toBe("old");
    expect((await readJournal(layout().ledger))[0]?.services.mail?.result).toBe("undone");
    expect(lines.join("\n")).toMatch(
      /warning: mail: a change that was left open is undone: expected mail to be healthy/,
    );
  });

  test("keeps its service stopped until its state is back, however long the supervisor watches", async () => {
    let tries = 0;
    world.onEffect = (_count, effect) => {
      if (effect !== "restore mail") return;
      tries += 1;
      throw new ProblemError(problem("DISK_FULL", "the disk is full"));
    };
    await superviseFor(20 * 60_000);
    expect(tries).toBeGreaterThan(1);
    expect(tries).toBeLessThanOrEqual(20 * 6 + 3); // every ten seconds
    expect(thing("container/mail/mail")?.run?.state ?? "gone").not.toBe("running");
    expect(data()?.get("format")).toBe("bad");
    world.onEffect = () => {};
    await superviseFor(10 * 60_000);
    expect(thing("container/mail/mail")).toMatchObject({
      resource: { env: { VERSION: "1" } },
      run: { state: "running" },
    });
    expect(data()?.get("format")).toBeUndefined();
  });
});
