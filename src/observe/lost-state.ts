import type { ResourceId } from "../resource/base.ts";
import type { Volume } from "../resource/kinds/volume.ts";
import type { Observation } from "../resource/observed.ts";
import type { Resource } from "../resource/resource.ts";

/** The volumes that are wanted and were there before, but are not now: deleted by somebody, or on a disk that is not mounted. */
export function lostState(
  known: ReadonlySet<ResourceId>,
  desired: readonly Resource[],
  observation: Observation,
): readonly Volume[] {
  const there = presentState(observation);
  return desired.filter((one) => one.kind === "volume").filter(({ id }) => known.has(id) && !there.has(id));
}

/** The volumes whose data is there. */
export function presentState({ resources }: Observation): ReadonlySet<ResourceId> {
  return new Set(
    resources.flatMap(({ resource, amiss }) =>
      resource.kind === "volume" && amiss !== "missing" ? [resource.id] : [],
    ),
  );
}
