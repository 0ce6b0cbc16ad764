import type { Clock } from "../lib/clock.ts";
import type { Step } from "../plan/step.ts";
import type { ApplyContext, Runtime } from "../providers/provider.ts";
import { waitForHealth } from "./health.ts";

/** What a single step is done with. */
export type TakeOptions = { readonly runtime: Runtime; readonly clock: Clock; readonly context: ApplyContext };

/** Does one step. With `asked`, a container that starts by it must become healthy. */
export async function takeStep(
  site: string,
  step: Step,
  health: "asked" | "unasked",
  { runtime, clock, context }: TakeOptions,
): Promise<void> {
  if (step.action === "keep") return;
  if (step.action === "remove") return runtime.remove(site, step.was.resource, context);
  await runtime.apply(site, step, context);
  if (health === "asked" && step.resource.kind === "container" && starts(step)) {
    await waitForHealth(site, step.resource, { runtime, clock, context });
  }
}

/** Whether a process begins by a step; a reload begins none. */
function starts(step: Exclude<Step, { action: "remove" | "keep" }>): boolean {
  if (step.action !== "update") return true;
  return step.was.run?.state === "stopped" || step.was.amiss === "unhealthy";
}
