import { waits } from "../plan/order.ts";
import { isRenewal } from "../plan/renewal.ts";
import { type Plan, type Step, stepId } from "../plan/step.ts";
import type { ResourceId } from "../resource/base.ts";

/** A plan without the steps that are to be left alone for now, and without those that would have to wait for them. */
export function withoutHeldBack(plan: Plan, isHeld: (id: ResourceId) => boolean): Plan {
  const edges = waits(plan.steps);
  const left = new Set<ResourceId>();
  const steps = plan.steps.filter((step) => {
    const held = step.action !== "keep" && (isHeld(stepId(step)) || waitsForOne(edges.get(stepId(step)), left));
    if (held && !isRenewal(step)) left.add(stepId(step));
    return !held;
  });
  return { ...plan, steps };
}

function waitsForOne(before: readonly ResourceId[] | undefined, left: ReadonlySet<ResourceId>): boolean {
  return before?.some((id) => left.has(id)) === true;
}

/** Whether a step brings a container back that had stopped or was unhealthy. */
export function isRevival(step: Step): boolean {
  if (step.action !== "update" || step.resource.kind !== "container") return false;
  return step.was.run?.state === "stopped" || step.was.amiss === "unhealthy";
}
