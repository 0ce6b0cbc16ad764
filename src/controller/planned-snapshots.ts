import { problemOf } from "../lib/problem.ts";
import { atStake, resuming, withSnapshots } from "../plan/snapshots.ts";
import type { Plan, PlannedSnapshot } from "../plan/step.ts";
import type { Snapshots } from "../providers/snapshots.ts";

/** Who can tell what a copy of state would cost. */
export type Costs = { readonly snapshots: Pick<Snapshots, "cost"> };

/**
 * The plan with the copies of state that it calls for, and what they cost. Services whose state is put back (`restore`) are
 * copied too, and start again.
 */
export async function withPlannedSnapshots(plan: Plan, runtime: Costs, restore: readonly string[]): Promise<Plan> {
  const services = [...new Set([...atStake(plan), ...restore])].sort();
  if (services.length === 0) return plan;
  const snapshots = await Promise.all(services.map((service) => costOf(plan.site, service, runtime)));
  return resuming(withSnapshots(plan, snapshots.flat()), new Set(restore), "its state is put back");
}

/** None of a service whose state is not on the machine yet. */
async function costOf(site: string, service: string, { snapshots }: Costs): Promise<readonly PlannedSnapshot[]> {
  try {
    const cost = await snapshots.cost(site, service);
    return [{ service, way: cost.way, bytes: cost.bytes, milliseconds: cost.milliseconds }];
  } catch (thrown) {
    if (problemOf(thrown).code !== "STATE_NONE") throw thrown;
    return [];
  }
}
