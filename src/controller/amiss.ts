import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";

/** An observation with what somebody else found to be the matter, by id: the supervisor's `unhealthy`. */
export function withAmiss(observation: Observation, amiss: ReadonlyMap<ResourceId, string>): Observation {
  if (amiss.size === 0) return observation;
  const resources = observation.resources.map((observed) => {
    const reason = amiss.get(observed.resource.id);
    return reason === undefined ? observed : { ...observed, amiss: reason };
  });
  return { ...observation, resources };
}
