import type { Volume } from "../../resource/kinds/volume.ts";
import type { Part, Service, StateMount } from "../../site/site.ts";
import { laidIn, type Place } from "../places.ts";

/** The id of one state of a part. */
export function volumeId(service: Service, part: Part, state: StateMount): string {
  return `volume/${service.name}/${part.name}/${state.name}`;
}

/** The data of a service: a volume for each state of each part. */
export function volumesOf(service: Service, place: Place): readonly Volume[] {
  return service.parts.flatMap((part) =>
    part.state.map((state) => ({
      kind: "volume" as const,
      id: volumeId(service, part, state),
      service: service.name,
      needs: laidIn(service, place),
      part: part.name,
      name: state.name,
      ...(place.slot === undefined ? {} : { slot: place.slot }),
    })),
  );
}
