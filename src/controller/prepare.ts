import { plan } from "../plan/plan.ts";
import type { Plan } from "../plan/step.ts";
import type { Runtime } from "../providers/provider.ts";
import type { Observation } from "../resource/observed.ts";
import type { Resource } from "../resource/resource.ts";
import type { Site } from "../site/site.ts";
import { compileInTurn } from "./in-turn.ts";
import { type Costs, withPlannedSnapshots } from "./planned-snapshots.ts";

/** Everything that is known before the first step. */
export type Prepared = {
  readonly desired: readonly Resource[];
  readonly observation: Observation;
  readonly plan: Plan;
};

/** What is asked for beyond the site. */
export type PrepareOptions = {
  /** Nothing is to run: the plan takes everything away but data and images. */
  readonly stopped?: boolean;
  /** Data that nobody wants any more goes for good. */
  readonly deleteState?: boolean;
  /** Services whose state is put back, whether or not anything else of them changes. */
  readonly restore?: readonly string[];
};

/** Observes, gives each service its place, compiles and plans. Changes nothing. */
export async function prepare(
  site: Site,
  runtime: Pick<Runtime, "observe"> & Costs,
  options: PrepareOptions = {},
): Promise<Prepared> {
  const observation = await runtime.observe(site.name);
  const desired = options.stopped === true ? [] : compileInTurn(site, observation);
  const { deleteState = false, restore = [] } = options;
  const steps = plan(site.name, desired, observation, { deleteState });
  return { desired, observation, plan: await withPlannedSnapshots(steps, runtime, restore) };
}
