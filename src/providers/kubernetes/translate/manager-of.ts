import type { Resource } from "../../../resource/resource.ts";
import { mark } from "./names.ts";
import type { ObjectName } from "./names-of.ts";

/**
 * The field manager by which a resource's object is applied. What several resources share (a bundle of certificates, the Service of a whole
 * service) each of them manages for itself, so that none takes the others' share away. To take one's own away: apply it without content.
 */
export function managerOf(resource: Resource, { shared }: Pick<ObjectName, "shared">): string {
  return shared === true ? `freehold-${mark(resource.id, 16)}` : "freehold";
}
