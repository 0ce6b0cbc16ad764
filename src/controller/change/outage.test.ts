import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleExposure, samplePart, sampleService, sampleSite } from "../../features/sample-site.ts";
import { readApplied } from "../../ledger/applied.ts";
import { readHeldBack } from "../../ledger/held.ts";
import { readJournal } from "../../ledger/journal.ts";
import { readOpenChange } from "../../ledger/open-change.ts";
import { type FakeClock, fakeClock } from "../../lib/fake-clock.ts";
import { ProblemError, problem, problemOf } from "../../lib/problem.ts";
import { isEmpty } from "../../plan/basis.ts";
import { type SiteLayout, siteLayout } from "../../providers/layout.ts";
import { memoryRuntime } from "../../providers/memory/provider.ts";
import { type MemoryWorld, memoryWorld, thingsOf } from "../../providers/memory/world.ts";
import type { Runtime } from "../../providers/provider.ts";
import type { Service, Site } from "../../site/site.ts";
import { type Change, makeChange } from "../change.ts";
import { withHeldBack } from "../held-services.ts";
import { prepare } from "../prepare.ts";

const health = { check: { by: "tcp", port: 8080 }, every: 1000, timeout: 1000, within: 5000 } as const;

function unreachable(code = "CLUSTER_UNREACHABLE"): never {
  const hint = "see whether it answers";
  throw new ProblemError(problem(code, "expected an answer, got none", { kind: "transient", hint }));
}

function service(name: string, version: string, rest: Partial<Service> = {}): Service {
  return sampleService(name, { parts: [samplePart(name, { health, env: { VERSION: version } })], ...rest });
}

/** One that writes its version into its state as soon as it runs. */
function keeper(version: string): Service {
  const state = [{ name: "data", path: "/data" }];
  return sampleService("keeper", { parts: [samplePart("keeper", { state, health, env: { VERSION: version } })] });
}

describe("a change while what runs the site cannot be reached", { timeout: 60_000 }, () => {
  let directory: string;
  let layout: SiteLayout;
  let clock: FakeClock;
  let world: MemoryWorld;
  let isOut: boolean;
  let code: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "freehold-outage-"));
    layout = siteLayout({ root: join(directory, "root"), run: join(directory, "run") }, "home");
    code = "CLUSTER_UNREACHABLE";
    anew();
  });
  afterEach(() => rm(directory, { recursive: true }));

  function anew(): void {
    clock = fakeClock();
    isOut = false;
    world = memoryWorld({
      clock,
      snapshotWay: "copy",
      behaviour: ({ env: { VERSION = "" }, mounts }) => {
        for (const { source } of mounts) thingsOf(world, "home").get(source)?.data.set(VERSION, "was here");
        return VERSION.startsWith("bad") ? { answersAfter: Number.POSITIVE_INFINITY } : {};
      },
    });
  }

  /** Answers nothing while it is out of reach. */
  function runtime(): Runtime {
    const inner = memoryRuntime(world);
    const asked = async <T>(work: () => Promise<T>): Promise<T> => (isOut ? unreachable(code) : work());
    return {
      ...inner,
      observe: (site) => asked(() => inner.observe(site)),
      apply: (...words) => asked(() => inner.apply(...words)),
      remove: (...words) => asked(() => inner.remove(...words)),
      check: (...words) => asked(() => inner.check(...words)),
      stop: (...words) => asked(() => inner.stop(...words)),
      keepFailed: (...words) => asked(() => inner.keepFailed(...words)),
      failed: (site) => asked(() => inner.failed(site)),
      removeFailed: (...words) => asked(() => inner.removeFailed(...words)),
      snapshots: {
        ...inner.snapshots,
        list: (site) => asked(() => inner.snapshots.list(site)),
        take: (...words) => asked(() => inner.snapshots.take(...words)),
        restore: (...words) => asked(() => inner.snapshots.restore(...words)),
      },
    };
  }

  async function change(site: Site, signal = new AbortController().signal): Promise<Change> {
    const { ledger } = layout;
    const held = withHeldBack(site, await readHeldBack(ledger), await readApplied(ledger));
    const prepared = await prepare(held.site, runtime());
    return makeChange({ layout, runtime: runtime(), clock, signal, progress: () => {}, site, prepared, way: "up" });
  }

  const old = () => sampleSite([service("blog", "1", shown("blog")), service("plain", "1"), keeper("1")]);
  const wanted = (plain: string) =>
    sampleSite([
      service("blog", "2", shown("blog")),
      service("fresh", "1", shown("fresh")),
      service("plain", plain),
      keeper("2"),
    ]);
  const shown = (name: string): Partial<Service> => ({ expose: [sampleExposure(`${name}.example.org`, name)] });

  /** The running versions by service, and who had the state in hand. */
  function standing() {
    const things = [...thingsOf(world, "home").values()];
    const versions = things.flatMap(({ resource, run }) =>
      resource.kind === "container" && resource.service !== "front" && run?.state === "running"
        ? [`${resource.service} ${resource.env.VERSION}`]
        : [],
    );
    const hands = things.flatMap(({ resource, data }) => (resource.kind === "volume" ? [...data.keys()] : []));
    return { versions: versions.sort(), hands };
  }

  /** What any change has ever ended with that is not done. */
  async function badEndings(): Promise<readonly string[]> {
    const journal = await readJournal(layout.ledger);
    const endings = journal.flatMap(({ services }) => Object.entries(services));
    return endings.flatMap(([name, { result }]) => (result === "done" ? [] : [`${name} ${result}`]));
  }

  async function isSettled(): Promise<boolean> {
    const applied = await readApplied(layout.ledger);
    if (applied === undefined || (await readOpenChange(layout.ledger)) !== undefined) return false;
    return isEmpty((await prepare(applied.site, runtime())).plan);
  }

  /** Makes the change for every effect at which it may go away; resolves with how often it did. */
  async function everywhere(to: Site, meanwhile: (made: Promise<Change>) => Promise<void>): Promise<number> {
    for (let at = 1; ; at += 1) {
      await rm(layout.ledger, { recursive: true, force: true });
      anew();
      await change(old());
      const last = world.effects + at;
      let went = false;
      world.onEffect = (count) => {
        if (count < last || went) return;
        went = true;
        isOut = true;
        unreachable(code);
      };
      await meanwhile(change(to));
      if (!went) return at - 1;
    }
  }

  test.each(["CLUSTER_UNREACHABLE", "CLUSTER_FAILED"])(
    "that lasts ends with that problem, and the next one completes it: nothing is held back, nothing lost (%s)",
    async (how) => {
      code = how;
      const times = await everywhere(wanted("2"), async (made) => {
        const ended = await made.then(
          () => "done",
          (thrown: unknown) => problemOf(thrown),
        );
        if (!isOut) return;
        expect(ended).toMatchObject({ code, hint: expect.stringContaining("completes") });
        isOut = false;
        expect((await change(wanted("2"))).heldBack).toEqual({});
        expect(await badEndings()).toEqual([]);
        expect(standing()).toEqual({ versions: ["blog 2", "fresh 1", "keeper 2", "plain 2"], hands: ["1", "2"] });
        expect(await isSettled()).toBe(true);
      });
      expect(times).toBeGreaterThan(15);
    },
  );

  test("for a few seconds goes on by itself, and nobody is told", async () => {
    await everywhere(wanted("2"), async (made) => {
      clock.at(clock.elapsed() + 5000, () => {
        isOut = false;
      });
      const { heldBack, outcomes } = await made;
      expect(heldBack).toEqual({});
      expect(outcomes.filter(({ result }) => result !== "done")).toEqual([]);
      expect(await badEndings()).toEqual([]);
      expect(standing().versions).toEqual(["blog 2", "fresh 1", "keeper 2", "plain 2"]);
      expect(await isSettled()).toBe(true);
    });
  });

  test("takes nothing from what really fails: that goes back, for its own reason", async () => {
    await everywhere(wanted("bad"), async (made) => {
      await made.catch(() => {});
      isOut = false;
      await change(wanted("bad"));
      expect(await readHeldBack(layout.ledger)).toMatchObject({ plain: { problem: { code: "CONTAINER_UNHEALTHY" } } });
      expect(Object.keys(await readHeldBack(layout.ledger))).toEqual(["plain"]);
      expect(standing()).toEqual({ versions: ["blog 2", "fresh 1", "keeper 2", "plain 1"], hands: ["1", "2"] });
      expect(await isSettled()).toBe(true);
    });
  });

  test("one thing that never gets an answer while all else does keeps nothing open, and is tried again by the next", async () => {
    await change(old());
    world.onEffect = (_count, what) => {
      if (what === "create container/plain/plain" && thingsOf(world, "home").has("container/blog/blog/b"))
        unreachable();
    };
    const { entry, heldBack } = await change(wanted("2"));
    expect(entry?.services).toMatchObject({ blog: { result: "done" }, fresh: { result: "done" } });
    expect(heldBack).toMatchObject({ plain: { until: "next", problem: { code: "CLUSTER_UNREACHABLE" } } });
    world.onEffect = () => {};
    expect((await change(wanted("2"))).heldBack).toEqual({});
    expect(standing().versions).toEqual(["blog 2", "fresh 1", "keeper 2", "plain 2"]);
  });

  test("that loses its right to be the only one ends with that problem, and is left open", async () => {
    await change(old());
    const lost = new AbortController();
    const last = world.effects + 3;
    world.onEffect = (count) => {
      if (count === last) lost.abort(new ProblemError(problem("LEASE_LOST", "expected to be the only one")));
    };
    await expect(change(wanted("2"), lost.signal)).rejects.toMatchObject({ problem: { code: "LEASE_LOST" } });
    expect(await readOpenChange(layout.ledger)).toBeDefined();
    expect((await change(wanted("2"))).heldBack).toEqual({});
    expect(await isSettled()).toBe(true);
  });
});
