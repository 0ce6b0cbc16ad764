import { describe, expect, test } from "vitest";
import { type FakeClock, fakeClock } from "../lib/fake-clock.ts";
import { plan } from "../plan/plan.ts";
import { stepId } from "../plan/step.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { type Behaviour, type MemoryWorld, memoryWorld } from "../providers/memory/world.ts";
import type { Runtime } from "../providers/provider.ts";
import { type ConvergeEvent, type ConvergeOptions, converge, type Outcome } from "./converge.ts";
import { type RandomService, resourcesOf } from "./random-site.ts";

const one: RandomService = {
  image: 1,
  parts: 1,
  env: "a",
  named: "p",
  page: "none",
  config: "none",
  keeps: false,
  resolves: false,
  exposed: false,
  certified: false,
  parted: "apart",
  reach: [],
};

type World = {
  readonly world: MemoryWorld;
  readonly clock: FakeClock;
  readonly runtime: Runtime;
  readonly events: ConvergeEvent[];
};

function make(behaviour: Readonly<Record<string, Behaviour>> = {}): World {
  const clock = fakeClock();
  const world = memoryWorld({ clock, behaviour: ({ id }) => behaviour[id] ?? {} });
  return { world, clock, runtime: memoryRuntime(world), events: [] };
}

async function bring(
  { clock, runtime, events }: World,
  site: Readonly<Record<string, RandomService>>,
  rest: Partial<ConvergeOptions> = {},
): Promise<readonly Outcome[]> {
  const made = plan("home", resourcesOf(site), await runtime.observe("home"));
  const signal = new AbortController().signal;
  return converge(made, { runtime, clock, signal, progress: (event) => events.push(event), ...rest });
}

function of(outcomes: readonly Outcome[], id: string): Outcome | undefined {
  return outcomes.find(({ step }) => stepId(step) === id);
}

describe("converge", () => {
  test("tells each step the commit that it comes from, so that what it makes can say so", async () => {
    const it = make();
    const commits = new Set<string | undefined>();
    const runtime: Runtime = {
      ...it.runtime,
      apply: (site, step, context) => {
        commits.add(context.commit);
        return it.runtime.apply(site, step, context);
      },
    };
    await bring({ ...it, runtime }, { ant: one }, { commit: "1a2b3c4" });
    expect([...commits]).toEqual(["1a2b3c4"]);
  });

  test("waits for a container until it answers, and says what it waits for", async () => {
    const it = make({ "container/ant/p1": { answersAfter: 2500 } });
    const outcomes = await bring(it, { ant: one });
    const outcome = of(outcomes, "container/ant/p1");
    expect(outcome).toMatchObject({ result: "done" });
    expect(outcome?.milliseconds).toBeGreaterThanOrEqual(2500);
    expect(outcome?.milliseconds).toBeLessThan(3600);
    expect(it.events).toContainEqual(expect.objectContaining({ at: "report", phrase: "waiting for port 80" }));
  });

  test("waits also for one that is restarted because it was unhealthy", async () => {
    const it = make({ "container/ant/p1": { answersAfter: 2500 } });
    await bring(it, { ant: one });
    const { resources, ...rest } = await it.runtime.observe("home");
    const ill = resources.map((each) =>
      each.resource.id === "container/ant/p1" ? { ...each, amiss: "unhealthy" } : each,
    );
    const restart = plan("home", resourcesOf({ ant: one }), { ...rest, resources: ill });
    const signal = new AbortController().signal;
    const options = { runtime: it.runtime, clock: it.clock, signal, progress: () => {} };
    const [outcome] = await converge(restart, options);
    expect(outcome?.milliseconds).toBeGreaterThanOrEqual(2500);
  });

  test("fails one that never answers, after its time, with what it printed last", async () => {
    const says = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const it = make({ "container/ant/p1": { answersAfter: Number.POSITIVE_INFINITY, says } });
    const outcome = of(await bring(it, { ant: one, bee: one }), "container/ant/p1");
    expect(outcome).toMatchObject({
      result: "failed",
      problem: { code: "CONTAINER_UNHEALTHY", detail: says.slice(-10) },
    });
    expect(outcome?.problem?.message).toBe("expected p1 of ant to be healthy within 5 s, got: no answer yet");
    expect(outcome?.milliseconds).toBe(5000);
  });

  test("gives each of several that begin one after another the time for its first answer", async () => {
    const it = make();
    // three replicas: one is brought for 20 s, then answers after 4 s, and the next one follows
    const check: Runtime["check"] = async () => {
      const at = it.clock.elapsed();
      return { healthy: at >= 72_000, beginning: at % 24_000 < 20_000 };
    };
    const outcome = of(await bring({ ...it, runtime: { ...it.runtime, check } }, { ant: one }), "container/ant/p1");
    expect(outcome).toMatchObject({ result: "done" });
    expect(outcome?.milliseconds).toBeGreaterThan(60_000);
  });

  test("does not wait for ever for one that never begins", async () => {
    const it = make();
    const check: Runtime["check"] = async () => ({ healthy: false, beginning: true, detail: "starting" });
    const outcome = of(await bring({ ...it, runtime: { ...it.runtime, check } }, { ant: one }), "container/ant/p1");
    expect(outcome).toMatchObject({ result: "failed", problem: { code: "CONTAINER_UNHEALTHY" } });
    expect(outcome?.milliseconds).toBeLessThan(11 * 60_000);
  });

  test("fails one that stops at once, without waiting, with its exit code", async () => {
    const it = make({
      "container/ant/p1": { endsAfter: 50, exitCode: 78, answersAfter: 9000, says: ["no such option"] },
    });
    const outcome = of(await bring(it, { ant: one, bee: one }), "container/ant/p1");
    expect(outcome).toMatchObject({
      result: "failed",
      problem: {
        code: "CONTAINER_STOPPED",
        message: expect.stringContaining("exit code 78"),
        detail: ["no such option"],
      },
    });
    expect(outcome?.milliseconds).toBeLessThan(500);
  });

  test("skips what needs a failed one and does all else", async () => {
    const it = make({ "container/ant/p1": { endsAfter: 0, answersAfter: 9000 } });
    const outcomes = await bring(it, { ant: { ...one, parts: 2, parted: "chained" }, bee: one });
    expect(of(outcomes, "container/ant/p2")?.result).toBe("skipped");
    expect(of(outcomes, "container/bee/p1")?.result).toBe("done");
    const ended = it.events.filter(({ at }) => at === "end");
    expect(ended).toHaveLength(outcomes.length);
  });

  test("asked for needed health only, waits just for those that others need", async () => {
    const slow = { answersAfter: 3000 };
    const it = make({ "container/ant/p1": slow, "container/ant/p2": slow, "container/bee/p1": slow });
    const outcomes = await bring(it, { ant: { ...one, parts: 2, parted: "chained" }, bee: one }, { health: "needed" });
    expect(of(outcomes, "container/ant/p1")?.milliseconds).toBeGreaterThanOrEqual(3000);
    expect(of(outcomes, "container/ant/p2")?.milliseconds).toBe(0);
    expect(of(outcomes, "container/bee/p1")?.milliseconds).toBe(0);
  });

  test("does independent steps side by side", async () => {
    const it = make(
      Object.fromEntries(["ant", "bee", "cat", "dog"].map((name) => [`container/${name}/p1`, { answersAfter: 4000 }])),
    );
    const began = it.clock.now();
    await bring(it, { ant: one, bee: one, cat: one, dog: one });
    expect(it.clock.now() - began).toBeLessThan(6000);
  });

  test("told to stop begins nothing more, and says of what it left that it was stopped", async () => {
    const it = make({ "container/ant/p1": { answersAfter: 4000 } });
    const stop = new AbortController();
    it.clock.at(1000, () => stop.abort());
    const outcomes = await bring(it, { ant: { ...one, parts: 2, parted: "chained" } }, { signal: stop.signal });
    expect(of(outcomes, "container/ant/p1")).toMatchObject({
      result: "failed",
      problem: { code: "STOPPED", kind: "waiting" },
    });
    expect(of(outcomes, "container/ant/p2")?.result).toBe("skipped");
  });

  test("refuses a plan whose world has moved, and touches nothing", async () => {
    const it = make();
    await bring(it, { ant: one });
    const stale = plan("home", resourcesOf({}), await it.runtime.observe("home"));
    await bring(it, { ant: { ...one, env: "b" } });
    const { effects } = it.world;
    const options = { runtime: it.runtime, clock: it.clock, signal: new AbortController().signal, progress: () => {} };
    await expect(converge(stale, options)).rejects.toMatchObject({ problem: { code: "PLAN_MOVED", kind: "waiting" } });
    expect(it.world.effects).toBe(effects);
  });

  test("asks the world nothing when there is nothing to do", async () => {
    const it = make();
    await bring(it, { ant: one });
    const empty = plan("home", resourcesOf({ ant: one }), await it.runtime.observe("home"));
    const observe = () => Promise.reject(new Error("expected no question"));
    const signal = new AbortController().signal;
    const options = { runtime: { ...it.runtime, observe }, clock: it.clock, signal, progress: () => {} };
    expect(await converge(empty, options)).toEqual([]);
  });

  test("takes a fault of its own for what it is, and goes on with the rest", async () => {
    const it = make();
    it.world.onEffect = (_count, what) => {
      if (what === "create network/ant") throw new TypeError("undefined is not a function");
    };
    const outcomes = await bring(it, { ant: one, bee: one });
    expect(of(outcomes, "network/ant")?.problem).toMatchObject({ code: "BUG", kind: "bug" });
    expect(of(outcomes, "container/bee/p1")?.result).toBe("done");
  });
});
