import type { Resource } from "../../../resource/resource.ts";
import type { KubeObject } from "../client/object.ts";
import type { Translation } from "./translation.ts";

/**
 * What a resource is in a cluster, the main object first: it bears the resource itself, by which {@link resourceOf} in resource-of.ts knows
 * it again. Pure. Apply each with the field manager that {@link managerOf} in manager-of.ts says.
 */
export function objectsOf(resource: Resource, _surroundings: Translation): readonly KubeObject[] {
  throw new Error(`not yet: ${resource.kind}`);
}
