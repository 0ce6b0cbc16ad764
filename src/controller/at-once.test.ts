import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { converge } from "../converge/converge.ts";
import { type RandomSite, randomSite, resourcesOf } from "../converge/random-site.ts";
import { lock } from "../ledger/lock.ts";
import { fakeClock } from "../lib/fake-clock.ts";
import { isEmpty } from "../plan/basis.ts";
import { plan } from "../plan/plan.ts";
import { memoryRuntime } from "../providers/memory/provider.ts";
import { type MemoryWorld, memoryWorld } from "../providers/memory/world.ts";
import { retrying } from "../providers/retry.ts";

/** What every command does: lock, look, plan, converge. */
async function bring(world: MemoryWorld, ledger: string, site: RandomSite): Promise<void> {
  const held = await lock(ledger, "up", { waitMilliseconds: 20_000 });
  try {
    const runtime = retrying(memoryRuntime(world), world.clock);
    const made = plan("home", resourcesOf(site), await runtime.observe("home"));
    const signal = new AbortController().signal;
    const outcomes = await converge(made, { runtime, signal, clock: world.clock, progress: () => {} });
    expect(outcomes.map(({ result, problem }) => problem?.message ?? result)).toEqual(outcomes.map(() => "done"));
  } finally {
    await held.release();
  }
}

test("two at once come after each other: the world is as one of them wanted, and whole", {
  timeout: 60_000,
}, async () => {
  const ledger = await mkdtemp(join(tmpdir(), "freehold-at-once-"));
  try {
    await fc.assert(
      fc.asyncProperty(randomSite, randomSite, async (one, other) => {
        const world = memoryWorld({ clock: fakeClock() });
        await Promise.all([bring(world, ledger, one), bring(world, ledger, other)]);
        const observation = await memoryRuntime(world).observe("home");
        const fits = [one, other].filter((site) => isEmpty(plan("home", resourcesOf(site), observation)));
        expect(fits.length).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 20 },
    );
  } finally {
    await rm(ledger, { recursive: true });
  }
});
