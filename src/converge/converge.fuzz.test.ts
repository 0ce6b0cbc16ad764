import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fakeClock } from "../lib/fake-clock.ts";
import { ProblemError, problem } from "../lib/problem.ts";
import { isEmpty } from "../plan/basis.ts";
import { plan } from "../plan/plan.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { type MemoryWorld, memoryWorld, thingsOf } from "../providers/memory/world.ts";
import { retrying } from "../providers/retry.ts";
import { canonical } from "../resource/digest.ts";
import type { Resource } from "../resource/resource.ts";
import { converge, type Outcome } from "./converge.ts";
import { type RandomSite, randomSite, resourcesOf } from "./random-site.ts";

const site = "home";
const pairs = fc.tuple(randomSite, randomSite);
const seeds = { numRuns: 250 };

async function bring(world: MemoryWorld, to: RandomSite): Promise<readonly Outcome[]> {
  const runtime = retrying(memoryRuntime(world), world.clock);
  const made = plan(site, resourcesOf(to), await runtime.observe(site));
  const signal = new AbortController().signal;
  return converge(made, { runtime, signal, clock: world.clock, progress: () => {} });
}

/** A machine on which a random site runs, its volumes have something in them, and another site lives beside it. */
async function worldOf(from: RandomSite): Promise<MemoryWorld> {
  const world = memoryWorld({ clock: fakeClock() });
  await bring(world, from);
  for (const [id, thing] of thingsOf(world, site)) if (id.startsWith("volume/")) thing.data.set("note", "kept");
  const other = thingsOf(world, "other");
  for (const resource of resourcesOf(from)) other.set(resource.id, { resource, data: new Map(), log: [] });
  world.effects = 0;
  return world;
}

/** What a world comes down to: every thing of the site, whether it runs, what is amiss, and what its volumes hold. */
async function essence(world: MemoryWorld): Promise<readonly string[]> {
  const { resources } = await memoryRuntime(world).observe(site);
  return resources.map(({ resource, run, amiss }) => {
    const data = [...(thingsOf(world, site).get(resource.id)?.data ?? [])];
    return canonical({ resource: { ...resource, needs: [] }, state: run?.state, amiss, data });
  });
}

function isLasting({ resource }: { readonly resource: Resource }): boolean {
  return resource.kind === "volume" || resource.kind === "image";
}

describe("a converge between any two sites", { timeout: 60_000 }, () => {
  test("does every step, and a second plan is empty", async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async ([from, to]) => {
        const world = await worldOf(from);
        const outcomes = await bring(world, to);
        expect(outcomes.map(({ result, problem }) => problem?.message ?? result)).toEqual(outcomes.map(() => "done"));
        const observation = await memoryRuntime(world).observe(site);
        expect(plan(site, resourcesOf(to), observation).steps.filter(({ action }) => action !== "keep")).toEqual([]);
      }),
      seeds,
    );
  });

  test("leaves exactly what is wanted, old data and images; no data is lost and nobody else's thing is touched", async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async ([from, to]) => {
        const world = await worldOf(from);
        const strangers = canonical([...thingsOf(world, "other").values()].map(({ resource }) => resource));
        const old = (await memoryRuntime(world).observe(site)).resources;
        await bring(world, to);
        const wanted = [
          ...resourcesOf(to).map(({ id }) => id),
          ...old.filter(isLasting).map(({ resource }) => resource.id),
        ];
        expect([...thingsOf(world, site).keys()].sort()).toEqual([...new Set(wanted)].sort());
        for (const { resource } of old.filter(({ resource }) => resource.kind === "volume")) {
          expect(thingsOf(world, site).get(resource.id)?.data.get("note")).toBe("kept");
        }
        expect(canonical([...thingsOf(world, "other").values()].map(({ resource }) => resource))).toBe(strangers);
      }),
      seeds,
    );
  });

  test("killed before any of its effects and run again, ends as if it had not been", async () => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.nat(), async ([from, to], place) => {
        const straight = await worldOf(from);
        await bring(straight, to);
        const kill = 1 + (place % Math.max(1, straight.effects));
        const world = await worldOf(from);
        world.onEffect = (count) => {
          if (count >= kill) throw new Error("killed");
        };
        await bring(world, to);
        world.onEffect = () => {};
        await bring(world, to);
        expect(await essence(world)).toEqual(await essence(straight));
      }),
      seeds,
    );
  });

  test("with one failing step skips only what waits for it, and the next completes it", async () => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.integer({ min: 1, max: 40 }), async ([from, to], bad) => {
        const world = await worldOf(from);
        world.onEffect = (count) => {
          if (count === bad) throw new ProblemError(problem("DISK_FULL", "expected room on the disk, got none"));
        };
        const outcomes = await bring(world, to);
        const failed = outcomes.filter(({ result }) => result === "failed");
        const codes = failed.map(({ problem }) => problem?.code);
        expect(codes.filter((code) => code === "DISK_FULL").length).toBeLessThanOrEqual(1);
        // one that could not go still has its address, which another one may be waiting for
        expect(codes.filter((code) => code !== "DISK_FULL" && code !== "ADDRESS_TAKEN")).toEqual([]);
        if (failed.length === 0) expect(outcomes.every(({ result }) => result === "done")).toBe(true);
        world.onEffect = () => {};
        const again = await bring(world, to);
        expect(again.map(({ result, problem }) => problem?.message ?? result)).toEqual(again.map(() => "done"));
        const rest = plan(site, resourcesOf(to), await memoryRuntime(world).observe(site));
        expect(isEmpty(rest)).toBe(true);
      }),
      seeds,
    );
  });

  test("gets over failures that pass, without a person", async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async ([from, to]) => {
        const world = await worldOf(from);
        const seen = new Set<string>();
        world.onEffect = (_count, what) => {
          if (seen.has(what) || /^(remove|create) container/.test(what)) return;
          seen.add(what);
          throw new ProblemError(problem("BUSY", "expected an answer, got none", { kind: "transient" }));
        };
        const outcomes = await bring(world, to);
        expect(outcomes.map(({ result, problem }) => problem?.message ?? result)).toEqual(outcomes.map(() => "done"));
      }),
      seeds,
    );
  });

  test("touches no container whose description and content stay as they are", async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async ([from, to]) => {
        const world = await worldOf(from);
        const same = new Set(
          resourcesOf(from)
            .filter(({ id, service }) => {
              const before = resourcesOf(from).filter((each) => each.service === service && each.kind !== "file");
              const after = resourcesOf(to).filter((each) => each.service === service && each.kind !== "file");
              return id.startsWith("container/") && service !== "front" && canonical(before) === canonical(after);
            })
            .map(({ id }) => id),
        );
        const pids = async (): Promise<readonly unknown[]> =>
          (await memoryRuntime(world).observe(site)).resources.flatMap(({ resource, run }) =>
            same.has(resource.id) ? [[resource.id, run?.pid]] : [],
          );
        const before = await pids();
        await bring(world, to);
        expect(await pids()).toEqual(before);
      }),
      seeds,
    );
  });
});
