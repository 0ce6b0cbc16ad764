import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";
import type { Resource } from "../resource/resource.ts";
import { traits } from "../resource/traits.ts";

/** What a plan keeps although nobody wants it: state whose service, or whose line in its file, left the site. */
export function unwantedState(desired: readonly Resource[], { resources }: Observation): readonly ResourceId[] {
  const wanted = new Set(desired.map(({ id }) => id));
  return resources
    .filter(({ resource: { id, kind } }) => traits[kind].destroy === "guarded" && !wanted.has(id))
    .map(({ resource }) => resource.id);
}
