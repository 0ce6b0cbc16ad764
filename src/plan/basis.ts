import { createHash } from "node:crypto";
import type { Observation } from "../resource/observed.ts";
import type { Plan } from "./step.ts";

/**
 * A digest of what was observed. It is compared only with another one of the same world, which shows the same thing with the
 * same bytes, so keys need no sorting. What merely runs or stopped does not count: a crash
 * between plan and apply moves no world.
 */
export function basisOf({ resources }: Observation): string {
  const hash = createHash("sha256");
  for (const { resource } of resources) hash.update(JSON.stringify(resource)).update("\n");
  return hash.digest("hex");
}

/** Whether a plan still is about the world that it was made against. */
export function planIsCurrent(plan: Plan, observation: Observation): boolean {
  return plan.basis === basisOf(observation);
}

/** Whether a plan leaves everything as it is. */
export function isEmpty(plan: Plan): boolean {
  return plan.steps.every(({ action }) => action === "keep");
}
