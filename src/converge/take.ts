import type { Clock } from "../lib/clock.ts";
import type { Step } from "../plan/step.ts";
import type { ApplyContext, Runtime } from "../providers/provider.ts";
import { waitForHealth } from "./health.ts";
import { letFinish } from "./relief.ts";

/** What a single step is done with. */
export type TakeOptions = { readonly runtime: Runtime; readonly clock: Clock; readonly context: ApplyContext };

/** Does one step. With `asked`, a container that starts or takes over by it must become healthy. */
export async function takeStep(
  site: string,
  step: Step,
  health: "asked" | "unasked",
  { runtime, clock, context }: TakeOptions,
): Promise<void> {
  if (step.action === "keep") return;
  if (step.action === "remove") {
    if (step.relievedBy !== undefined)
      await letFinish(site, step.was.resource, step.relievedBy, { runtime, clock, context });
    return runtime.remove(site, step.was.resource, context);
  }
  await runtime.apply(site, step, context);
  if (health === "asked" && step.resource.kind === "container" && starts(step)) {
    await waitForHealth(site, step.resource, { runtime, clock, context });
  }
}

/** Whether a process begins its work by a step; a reload begins none. */
function starts(step: Exclude<Step, { action: "remove" | "keep" }>): boolean {
  if (step.action !== "update" || step.relieves !== undefined) return true;
  return step.was.run?.state === "stopped" || step.was.amiss === "unhealthy";
}
