import type { Outcome } from "../converge/converge.ts";
import { append, type ServiceEntry } from "../ledger/journal.ts";
import type { Clock } from "../lib/clock.ts";
import type { Plan } from "../plan/step.ts";
import type { Runtime } from "../providers/provider.ts";
import type { Volume } from "../resource/kinds/volume.ts";

/** What is needed to let state go. */
export type FarewellOptions = {
  readonly ledger: string;
  readonly runtime: Pick<Runtime, "snapshots">;
  readonly clock: Clock;
};

/** State that goes for good; `conclude` writes into the journal what came of it. */
export type Farewell = { conclude(outcomes: readonly Outcome[]): Promise<void> };

/**
 * Begins to let go of the state that a plan removes: of a service that keeps none, its snapshots go first, so that one who is killed in
 * between does it again.
 */
export async function beginFarewell(plan: Plan, options: FarewellOptions): Promise<Farewell> {
  const { runtime, clock, ledger } = options;
  const [at, began] = [clock.now(), clock.elapsed()];
  const kept = new Set(plan.steps.flatMap((step) => (step.action === "remove" ? [] : (volumeOf(step)?.service ?? []))));
  const services = new Set(goingOf(plan).map(({ service }) => service));
  if (services.size > 0) {
    for (const { service, name } of await runtime.snapshots.list(plan.site)) {
      if (services.has(service) && !kept.has(service)) await runtime.snapshots.remove(plan.site, service, name);
    }
  }
  return {
    conclude: async (outcomes) => {
      const entries = new Map<string, ServiceEntry>();
      for (const { step, result, problem } of outcomes) {
        const volume = step.action === "remove" ? volumeOf(step) : undefined;
        if (volume === undefined || result === "skipped") continue;
        const before = entries.get(volume.service);
        const failed = result === "failed" || before?.result === "failed";
        entries.set(volume.service, {
          result: failed ? "failed" : "done",
          what: [...(before?.what ?? []), `state ${volume.part}/${volume.name} deleted: its grace is over`],
          ...(problem === undefined ? before?.problem && { problem: before.problem } : { problem }),
        });
      }
      if (entries.size === 0) return;
      const milliseconds = clock.elapsed() - began;
      await append(ledger, { at, milliseconds, way: "grace", services: Object.fromEntries(entries) });
    },
  };
}

function goingOf({ steps }: Plan): readonly Volume[] {
  return steps.flatMap((step) => (step.action === "remove" ? (volumeOf(step) ?? []) : []));
}

function volumeOf(step: Plan["steps"][number]): Volume | undefined {
  const resource = step.action === "remove" ? step.was.resource : step.resource;
  return resource.kind === "volume" ? resource : undefined;
}
