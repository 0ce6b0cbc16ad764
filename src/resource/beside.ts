import type { Resource } from "./resource.ts";

/** Whether one version of a container takes over from another under the same id, which serves until the new one answers. */
export function takesOver(was: Resource, now: Resource): boolean {
  return startsFirst(was) && startsFirst(now);
}

function startsFirst(resource: Resource): boolean {
  return resource.kind === "container" && resource.cluster?.startFirst === true;
}
