import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { readApplied } from "../ledger/applied.ts";
import { readHeldBack } from "../ledger/held.ts";
import { readJournal } from "../ledger/journal.ts";
import { readOpenChange } from "../ledger/open-change.ts";
import { type FakeClock, fakeClock } from "../lib/fake-clock.ts";
import { ProblemError, problem } from "../lib/problem.ts";
import { isEmpty } from "../plan/basis.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { type Behaviour, type MemoryWorld, memoryWorld, thingsOf } from "../providers/memory/world.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { Part, Service, Site } from "../site/site.ts";
import { type Change, type ChangeEvent, type ChangeOptions, completeChange, makeChange } from "./change.ts";
import { withHeldBack } from "./held-services.ts";
import { prepare } from "./prepare.ts";

const state = [{ name: "data", path: "/data" }];
const health = { check: { by: "tcp", port: 8080 }, every: 1000, timeout: 1000, within: 10_000 } as const;

/** A service of one version, which writes it into its state as soon as it runs. */
function keeping(name: string, version: string, rest: Partial<Part> = {}): Service {
  return sampleService(name, { parts: [samplePart(name, { state, health, env: { VERSION: version }, ...rest })] });
}

function stateless(name: string, version: string): Service {
  return sampleService(name, { parts: [samplePart(name, { health, env: { VERSION: version } })] });
}

describe("a change", () => {
  let directory: string;
  let layout: SiteLayout;
  let clock: FakeClock;
  let world: MemoryWorld;
  let events: ChangeEvent[];
  let behaviour: (container: Container) => Behaviour;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "freehold-change-"));
    layout = siteLayout({ root: join(directory, "root"), run: join(directory, "run") }, "home");
    clock = fakeClock();
    behaviour = ({ env }) =>
      env.VERSION?.startsWith("bad") === true ? { answersAfter: Number.POSITIVE_INFINITY } : {};
    world = memoryWorld({ clock, behaviour: (container) => started(container) });
    events = [];
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** Every version migrates the data as soon as it runs, good or bad. */
  const started = (container: Container): Behaviour => {
    const { service, env } = container;
    const thing = thingsOf(world, "home").get(`volume/${service}/${container.part}/data`);
    if (thing !== undefined && env.VERSION !== undefined) thing.data.set("format", env.VERSION);
    return behaviour(container);
  };
  const runtime = () => memoryRuntime(world);
  const change = async (
    services: readonly Service[],
    rest: Partial<ChangeOptions> = {},
    settings: Partial<Site> = {},
  ) => {
    const site = sampleSite(services, settings);
    const held = withHeldBack(site, await readHeldBack(layout.ledger), await readApplied(layout.ledger), rest.named);
    const prepared = await prepare(held.site, runtime(), { restore: Object.keys(rest.restore ?? {}) });
    const signal = new AbortController().signal;
    const progress = (event: ChangeEvent) => events.push(event);
    return makeChange({ layout, runtime: runtime(), clock, signal, progress, site, prepared, way: "up", ...rest });
  };
  const results = ({ entry }: Change) =>
    Object.fromEntries(Object.entries(entry?.services ?? {}).map(([name, { result }]) => [name, result]));
  const version = (name: string) => {
    const resource = thingsOf(world, "home").get(`container/${name}/${name}`)?.resource;
    return resource?.kind === "container" ? resource.env.VERSION : undefined;
  };
  const data = (name: string) =>
    Object.fromEntries(thingsOf(world, "home").get(`volume/${name}/${name}/data`)?.data ?? []);
  const isRunning = (name: string) =>
    thingsOf(world, "home").get(`container/${name}/${name}`)?.run?.state === "running";
  const refuse = (what: string) => {
    world.onEffect = (_count, effect) => {
      if (effect === what) throw new ProblemError(problem("DISK_FULL", "expected room on the disk, got none"));
    };
  };
  /** Nothing is open, and a second plan for what was applied is empty. */
  const isSettled = async () => {
    const applied = await readApplied(layout.ledger);
    if (applied === undefined) return false;
    const { plan } = await prepare(applied.site, runtime());
    return isEmpty(plan) && (await readOpenChange(layout.ledger)) === undefined;
  };

  test("that works copies the state first, and says so in the journal", async () => {
    await change([keeping("mail", "1")]);
    thingsOf(world, "home").get("volume/mail/mail/data")?.data.set("letter", "dear ada");
    const made = await change([keeping("mail", "2")]);
    expect(results(made)).toEqual({ mail: "done" });
    expect(version("mail")).toBe("2");
    expect(data("mail")).toEqual({ format: "2", letter: "dear ada" });
    const [entry] = await readJournal(layout.ledger);
    expect(entry?.services.mail?.snapshot).toMatch(/^2026\d{4}T\d{6}Z-up$/);
    expect(world.snapshots.get("home")).toHaveLength(1);
    expect(await isSettled()).toBe(true);
  });

  test("that never gets healthy goes back with its state of before, though the version had migrated it; others go on", async () => {
    await change([keeping("mail", "1"), keeping("wiki", "1")]);
    thingsOf(world, "home").get("volume/mail/mail/data")?.data.set("letter", "dear ada");
    const made = await change([keeping("mail", "bad"), keeping("wiki", "2")]);
    expect(results(made)).toEqual({ mail: "undone", wiki: "done" });
    expect(version("mail")).toBe("1");
    expect(isRunning("mail")).toBe(true);
    expect(data("mail")).toEqual({ format: "1", letter: "dear ada" });
    expect(version("wiki")).toBe("2");
    expect((await readHeldBack(layout.ledger)).mail).toMatchObject({
      runs: "old",
      until: "changed",
      problem: { code: "CONTAINER_UNHEALTHY" },
    });
    expect((await runtime().failed("home")).map(({ id }) => id)).toEqual(["container/mail/mail"]);
    expect(await isSettled()).toBe(true);
  });
});
