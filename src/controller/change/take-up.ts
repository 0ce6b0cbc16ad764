import { askingAgain } from "../../plan/snapshots.ts";
import type { Plan } from "../../plan/step.ts";
import type { Resource } from "../../resource/resource.ts";
import type { Prepared } from "../prepare.ts";
import type { Making } from "./making.ts";
import { plannedNow } from "./planned.ts";
import { resumeUndo } from "./undo.ts";

/**
 * Takes up a change where whoever began it was killed or interrupted: ways back that were begun first. What is there as it is wanted, and of
 * which nobody knows whether it works, is asked for its health.
 */
export async function takeUp(making: Making): Promise<Prepared> {
  const { services } = making.change();
  for (const [name, { undo }] of Object.entries(services)) {
    if (undo !== undefined && !undo.restored) await resumeUndo(making, name);
  }
  const unsure = Object.keys(services).filter((name) => services[name]?.undo === undefined && !services[name]?.done);
  const prepared = await plannedNow(making);
  for (const name of unsure) if (isThere(prepared.plan, name)) making.exchanged.add(name);
  return { ...prepared, plan: askingAgain(prepared.plan, new Set(unsure)) };
}

/** Whether a container of a service is there as it is wanted: whoever began made it so, as far as anybody can tell. */
function isThere({ steps }: Plan, service: string): boolean {
  return steps.some(
    ({ action, ...step }) => action === "keep" && "resource" in step && isContainerOf(step.resource, service),
  );
}

function isContainerOf(resource: Resource, service: string): boolean {
  return resource.kind === "container" && resource.service === service;
}
