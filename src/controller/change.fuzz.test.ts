import { cpSync, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleExposure, samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { readApplied } from "../ledger/applied.ts";
import { readHeldBack } from "../ledger/held.ts";
import { readOpenChange } from "../ledger/open-change.ts";
import { fakeClock } from "../lib/fake-clock.ts";
import { ProblemError, problem } from "../lib/problem.ts";
import { isEmpty } from "../plan/basis.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { type Behaviour, type MemoryWorld, memoryWorld, thingsOf } from "../providers/memory/world.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { Service, Site } from "../site/site.ts";
import { type Change, completeChange, makeChange } from "./change.ts";
import { withHeldBack } from "./held-services.ts";
import { prepare } from "./prepare.ts";

/** A service of a random site: which version, whether that works, and what it is made of. */
type Random = {
  readonly version: number;
  readonly works: "well" | "never" | "dies";
  readonly parts: 1 | 2;
  readonly keeps: boolean;
  readonly exposed: boolean;
};

const names = ["ant", "bee", "cat"] as const;
const one: fc.Arbitrary<Random> = fc.record({
  version: fc.integer({ min: 2, max: 4 }),
  works: fc.constantFrom("well", "well", "never", "dies"),
  parts: fc.constantFrom(1, 2),
  keeps: fc.boolean(),
  exposed: fc.boolean(),
});
const sites = fc.record({ ant: one, bee: one, cat: fc.option(one, { nil: undefined }) });
const ways = fc.constantFrom("atomic", "reflink", "copy");
/** Kills are the ones that only many tries find. */
const seeds = { few: { numRuns: 60 }, many: { numRuns: 200 } };

/** Where nobody waits for a disk, if there is such a place. */
const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

type RandomSite = Readonly<Record<(typeof names)[number], Random | undefined>>;

const health = { check: { by: "tcp", port: 8080 }, every: 1000, timeout: 1000, within: 5000 } as const;

function serviceOf(name: string, { version, works, parts, keeps, exposed }: Random): Service {
  const env = { VERSION: `${version} ${works}` };
  const state = keeps ? [{ name: "data", path: "/data" }] : [];
  const made = ["p1", "p2"].slice(0, parts).map((part) => samplePart(part, { health, env, state }));
  const expose = exposed ? [sampleExposure(`${name}.example.org`, "p1")] : [];
  return sampleService(name, { parts: made, expose });
}

function siteOf(random: RandomSite): Site {
  return sampleSite(names.flatMap((name) => (random[name] === undefined ? [] : [serviceOf(name, random[name])])));
}

function bad({ env }: Container): Behaviour {
  if (env.VERSION?.endsWith("never")) return { answersAfter: Number.POSITIVE_INFINITY };
  return env.VERSION?.endsWith("dies") ? { endsAfter: 1200 } : {};
}

/** A machine of memory whose every process writes its version over the state as soon as it runs. */
function machine(layout: SiteLayout, way: "atomic" | "reflink" | "copy", there?: MemoryWorld) {
  const clock = there?.clock ?? fakeClock();
  const made = memoryWorld({
    clock,
    snapshotWay: way,
    behaviour: (container) => {
      for (const { source } of container.mounts) {
        const { VERSION = "" } = container.env;
        thingsOf(made, "home").get(source)?.data.set(VERSION, "was here");
      }
      return bad(container);
    },
  });
  const world = there ?? made;
  const tools = () => ({
    layout,
    runtime: memoryRuntime(world),
    clock,
    signal: new AbortController().signal,
    progress: () => {},
  });
  const change = async (site: Site): Promise<Change> => {
    const held = withHeldBack(site, await readHeldBack(layout.ledger), await readApplied(layout.ledger));
    const prepared = await prepare(held.site, memoryRuntime(world));
    return makeChange({ ...tools(), site, prepared, way: "up" });
  };
  return { world, tools, change };
}

/** The version of each service, who had its state in hand, and whether all of it runs. */
function standing(world: MemoryWorld, name: string) {
  const things = [...thingsOf(world, "home").values()].filter(({ resource }) => resource.service === name);
  const containers = things.filter(({ resource }) => resource.kind === "container");
  const versions = containers.flatMap(({ resource }) => (resource.kind === "container" ? [resource.env.VERSION] : []));
  const hands = things.flatMap(({ resource, data }) => (resource.kind === "volume" ? [...data.keys()] : []));
  const runs = containers.every(({ run }) => run?.state === "running");
  return { versions: [...new Set(versions)], hands: new Set(hands), runs };
}

const good: RandomSite = {
  ant: { version: 1, works: "well", parts: 2, keeps: true, exposed: false },
  bee: { version: 1, works: "well", parts: 1, keeps: false, exposed: true },
  cat: { version: 1, works: "well", parts: 1, keeps: true, exposed: true },
};

describe("a change between any two sites", { timeout: 60_000 }, () => {
  let directory: string;
  let count = 0;
  beforeAll(async () => {
    directory = await mkdtemp(join(memory, "freehold-changes-"));
  });
  afterAll(() => rm(directory, { recursive: true }));
  const fresh = (): SiteLayout => {
    count += 1;
    return siteLayout({ root: join(directory, String(count)), run: join(directory, "run") }, "home");
  };

  /** Each service is as wanted and works, or as it was, with the state of then; nothing is left to do. */
  const expectWhole = async (world: MemoryWorld, layout: SiteLayout, to: RandomSite) => {
    expect(await readOpenChange(layout.ledger)).toBeUndefined();
    const heldBack = await readHeldBack(layout.ledger);
    for (const name of names) {
      const wanted = to[name];
      const was = good[name];
      if (wanted === undefined || was === undefined) continue;
      const { versions, hands, runs } = standing(world, name);
      const isNew = wanted.works === "well" && !Object.hasOwn(heldBack, name);
      const expected = isNew ? `${wanted.version} well` : `${was.version} well`;
      expect([name, ...versions]).toEqual([name, expected]);
      expect(runs).toBe(true);
      // State that there was none of before is nobody's to delete, whoever wrote it.
      if (!was.keeps) continue;
      const allowed = [`${was.version} well`, ...(isNew && wanted.keeps ? [expected] : [])];
      expect([name, ...[...hands].sort()]).toEqual([name, ...allowed]);
    }
    const applied = await readApplied(layout.ledger);
    const { plan } = await prepare(applied?.site ?? siteOf(to), memoryRuntime(world));
    expect(plan.steps.filter(({ action }) => action !== "keep")).toEqual([]);
    expect(isEmpty(plan)).toBe(true);
  };

  test("leaves each service as wanted, or as it was with its state", async () => {
    await fc.assert(
      fc.asyncProperty(sites, ways, async (to, way) => {
        const layout = fresh();
        const { world, change } = machine(layout, way);
        await change(siteOf(good));
        await change(siteOf(to));
        await expectWhole(world, layout, to);
      }),
      seeds.few,
    );
  });

  test("with one effect that fails leaves each service as wanted, or as it was with its state", async () => {
    await fc.assert(
      fc.asyncProperty(sites, ways, fc.integer({ min: 1, max: 40 }), async (to, way, failing) => {
        const layout = fresh();
        const { world, tools, change } = machine(layout, way);
        await change(siteOf(good));
        world.effects = 0;
        world.onEffect = (effect) => {
          if (effect === failing) throw new ProblemError(problem("DISK_FULL", "expected room on the disk, got none"));
        };
        await change(siteOf(to));
        world.onEffect = () => {};
        await completeChange(tools());
        await change(siteOf(to));
        await expectWhole(world, layout, to);
      }),
      seeds.few,
    );
  });

  test("killed before any of its effects is completed, or undone, by whoever comes next", async () => {
    await fc.assert(
      fc.asyncProperty(sites, ways, fc.integer({ min: 1, max: 40 }), async (to, way, kill) => {
        const layout = fresh();
        const { world, change } = machine(layout, way);
        await change(siteOf(good));
        world.effects = 0;
        const left = fresh();
        let killed: () => void = () => {};
        const death = new Promise<void>((resolve) => {
          killed = resolve;
        });
        // Whoever is killed does nothing more: what it had begun never ends, and what it would still write down goes nowhere.
        world.onEffect = (effect) => {
          if (effect < kill) return undefined;
          if (effect === kill) cpSync(layout.ledger, left.ledger, { recursive: true });
          killed();
          return new Promise(() => {});
        };
        await Promise.race([
          change(siteOf(to)).then(() => cpSync(layout.ledger, left.ledger, { recursive: true })),
          death,
        ]);
        // The same machine for whoever comes next; who was killed still holds the old view of it, in which nothing happens any more.
        const after: MemoryWorld = { ...world, onEffect: () => {}, effects: 1000 };
        const next = machine(left, way, after);
        await completeChange(next.tools());
        await next.change(siteOf(to));
        await expectWhole(after, left, to);
      }),
      seeds.many,
    );
  });
});
