import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { converge, type Outcome } from "../converge/converge.ts";
import { sampleExposure, samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { startFirst } from "../features/start-first.ts";
import { fakeClock } from "../lib/fake-clock.ts";
import { isEmpty } from "../plan/basis.ts";
import { plan } from "../plan/plan.ts";
import { stepId } from "../plan/step.ts";
import { summary } from "../plan/summary.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { killContainer, type MemoryWorld, memoryWorld, thingsOf } from "../providers/memory/world.ts";
import { retrying } from "../providers/retry.ts";
import { parseResource } from "../resource/parse.ts";
import type { Service, Site } from "../site/site.ts";
import { type Prepared, prepare } from "./prepare.ts";

type Wish = {
  readonly version: number;
  readonly replicas?: number;
  readonly state?: boolean;
  readonly reach?: readonly string[];
};

function service(name: string, { version, replicas = 1, state = false, reach = [] }: Wish): Service {
  const keeping = state ? { state: [{ name: "data", path: "/data" }] } : {};
  return sampleService(name, {
    parts: [samplePart(name, { env: { VERSION: `${version}` }, ...keeping })],
    expose: [sampleExposure(`${name}.example.org`, name)],
    replicas: state ? 1 : replicas,
    reach: reach.filter((other) => other !== name).map((other) => ({ to: "service", service: other })),
  });
}

function siteOf(wishes: Readonly<Record<string, Wish>>): Site {
  return sampleSite(Object.entries(wishes).map(([name, wish]) => service(name, wish)));
}

async function carryOut(world: MemoryWorld, { plan }: Pick<Prepared, "plan">): Promise<readonly Outcome[]> {
  const runtime = retrying(memoryRuntime(world), world.clock);
  const signal = new AbortController().signal;
  return converge(plan, { runtime, signal, clock: world.clock, progress: () => {} });
}

async function bring(world: MemoryWorld, site: Site): Promise<readonly Outcome[]> {
  return carryOut(world, await prepare(site, memoryRuntime(world)));
}

function containersOf(world: MemoryWorld): readonly string[] {
  return [...thingsOf(world, "home").keys()]
    .filter((id) => id.startsWith("container/") && !id.includes("front"))
    .sort();
}

function failures(outcomes: readonly Outcome[]): readonly unknown[] {
  return outcomes.flatMap(({ step, result, problem }) =>
    result === "done" ? [] : [[stepId(step), result, problem?.code]],
  );
}

describe("a new version of a service that only the front door knows", () => {
  test("is started first; visitors are led to it when it is healthy, and only then the old one goes", async () => {
    const world = memoryWorld({ clock: fakeClock() });
    await bring(world, siteOf({ blog: { version: 1 } }));
    const effects: string[] = [];
    world.onEffect = (_count, what) => void effects.push(what);
    const prepared = await prepare(siteOf({ blog: { version: 2 } }), memoryRuntime(world));
    expect(summary(prepared.plan).changes[0]).toMatchObject({
      service: "blog",
      action: "update",
      what: ["env VERSION 1 → 2"],
      risk: "no gap: the new one starts first",
    });
    expect(failures(await carryOut(world, prepared))).toEqual([]);
    expect(effects).toEqual([
      "create container/blog/blog/b",
      "start container/blog/blog/b",
      "update file/front/haproxy",
      "reload container/front/haproxy",
      "remove container/blog/blog",
    ]);
    expect(isEmpty((await prepare(siteOf({ blog: { version: 2 } }), memoryRuntime(world))).plan)).toBe(true);
  });

  test("and the next one takes the first one's place again", async () => {
    const world = memoryWorld({ clock: fakeClock() });
    for (const version of [1, 2, 3]) await bring(world, siteOf({ blog: { version, replicas: 2 } }));
    expect(containersOf(world)).toEqual(["container/blog/blog", "container/blog/blog/2"]);
  });

  test("that never becomes healthy leaves the old one to its visitors, who see nothing of it", async () => {
    const isBad = (version: string | undefined): boolean => version === "2";
    const world = memoryWorld({
      clock: fakeClock(),
      behaviour: ({ env }) => (isBad(env.VERSION) ? { answersAfter: 1e9 } : {}),
    });
    await bring(world, siteOf({ blog: { version: 1 } }));
    const before = led(world);
    expect(failures(await bring(world, siteOf({ blog: { version: 2 } })))).toEqual([
      ["container/blog/blog/b", "failed", "CONTAINER_UNHEALTHY"],
      ["file/front/haproxy", "skipped", undefined],
      ["container/front/haproxy", "skipped", undefined],
      ["container/blog/blog", "skipped", undefined],
    ]);
    expect(led(world)).toEqual(before);
    expect(failures(await bring(world, siteOf({ blog: { version: 1 } })))).toEqual([]);
    expect(containersOf(world)).toEqual(["container/blog/blog"]);
    await bring(world, siteOf({ blog: { version: 2 } }));
    expect(failures(await bring(world, siteOf({ blog: { version: 3 } })))).toEqual([]);
    expect(containersOf(world)).toEqual(["container/blog/blog/b"]);
  });

  test("is asked for its health again when whoever started it was killed before visitors were led to it", async () => {
    const world = memoryWorld({ clock: fakeClock(), behaviour: () => ({ answersAfter: 5000 }) });
    await bring(world, siteOf({ blog: { version: 1 } }));
    const { desired, plan: steps } = await prepare(siteOf({ blog: { version: 2 } }), memoryRuntime(world));
    world.onEffect = (_count, what) => {
      if (what === "start container/blog/blog/b") return;
      if (what !== "create container/blog/blog/b") throw new Error("killed");
    };
    await converge(steps, {
      runtime: memoryRuntime(world),
      signal: AbortSignal.timeout(1),
      clock: { ...world.clock, sleep: async () => Promise.reject(new Error("killed")) },
      progress: () => {},
    });
    world.onEffect = () => {};
    expect(containersOf(world)).toEqual(["container/blog/blog", "container/blog/blog/b"]);
    const rest = plan("home", desired, await memoryRuntime(world).observe("home"));
    expect(rest.steps.find((step) => stepId(step) === "container/blog/blog/b")).toMatchObject({
      action: "update",
      because: { reason: "takes over" },
    });
    const began = world.clock.elapsed();
    expect(failures(await carryOut(world, { plan: rest }))).toEqual([]);
    expect(world.clock.elapsed() - began).toBeGreaterThanOrEqual(5000);
    expect(containersOf(world)).toEqual(["container/blog/blog/b"]);
  });

  test("replaces one that does not run in its place: there is nothing to lose", async () => {
    const world = memoryWorld({ clock: fakeClock() });
    await bring(world, siteOf({ blog: { version: 1 } }));
    killContainer(world, "home", "container/blog/blog");
    await bring(world, siteOf({ blog: { version: 2 } }));
    expect(containersOf(world)).toEqual(["container/blog/blog"]);
  });

  test("waits for the old one to be gone where that has state now, or had", async () => {
    const world = memoryWorld({ clock: fakeClock() });
    await bring(world, siteOf({ blog: { version: 1, state: true } }));
    for (const state of [false, true]) {
      const site = siteOf({ blog: { version: 2, state } });
      const { plan } = await prepare(site, memoryRuntime(world));
      expect(summary(plan).changes[0]?.risk).toBe("about 2 s without blog; nothing is lost");
      await bring(world, site);
    }
    expect(containersOf(world)).toEqual(["container/blog/blog"]);
  });
});

const wish = fc.record({
  version: fc.integer({ min: 1, max: 3 }),
  replicas: fc.integer({ min: 1, max: 3 }),
  state: fc.constantFrom(false, false, false, false, true),
  reach: fc.constantFrom([], [], [], ["wiki"]),
});
const wishes = fc.record({ blog: wish, shop: wish, wiki: wish }, { requiredKeys: ["blog"] });

describe("from any site to any other, killed before any of its effects and taken up by whoever comes", {
  timeout: 60_000,
}, () => {
  test("visitors are led to nobody who does not run, and in the end each place has one container", async () => {
    await fc.assert(
      fc.asyncProperty(wishes, wishes, wishes, fc.nat(), fc.boolean(), async (from, to, other, place, sameAgain) => {
        const world = memoryWorld({ clock: fakeClock(), behaviour: () => ({ answersAfter: 700 }) });
        await bring(world, siteOf(from));
        const always = ["blog", "shop", "wiki"].filter(
          (name) => isCalm(name, from) && isCalm(name, to) && isCalm(name, other),
        );
        const watch = (): void => {
          for (const id of led(world)) {
            if (always.includes(id.split("/")[1] ?? "")) expect([id, answers(world, id)]).toEqual([id, true]);
          }
        };
        world.effects = 0;
        const kill = 1 + (place % 12);
        world.onEffect = (count) => {
          watch();
          if (count >= kill) throw new Error("killed");
        };
        const prepared = await prepare(siteOf(to), memoryRuntime(world));
        await carryOut(world, prepared);
        world.onEffect = watch;
        const last = sameAgain ? to : other;
        if (sameAgain) {
          const rest = plan("home", prepared.desired, await memoryRuntime(world).observe("home"));
          expect(failures(await carryOut(world, { plan: rest }))).toEqual([]);
        } else {
          expect(failures(await bring(world, siteOf(other)))).toEqual([]);
        }
        watch();
        expect(isEmpty((await prepare(siteOf(last), memoryRuntime(world))).plan)).toBe(true);
        const count = Object.values(last).reduce((sum, { replicas, state }) => sum + (state ? 1 : replicas), 0);
        expect(containersOf(world).length).toBe(count);
      }),
      { numRuns: 150 },
    );
  });
});

/** Whether a service of these is there, and may be relieved. */
function isCalm(name: string, from: Readonly<Record<string, Wish>>): boolean {
  return startFirst(siteOf(from)).has(name);
}

/** Where the front door leads visitors, as it was last loaded. */
function led(world: MemoryWorld): readonly string[] {
  const text = thingsOf(world, "home").get("container/front/haproxy")?.loaded?.get("file/front/haproxy") ?? "";
  const file = parseResource(text);
  return file?.kind === "file" ? (file.handsTo ?? []) : [];
}

function answers(world: MemoryWorld, id: string): boolean {
  const run = thingsOf(world, "home").get(id)?.run;
  return run?.state === "running" && world.clock.now() >= run.startedAt + 700;
}
