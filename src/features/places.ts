import { fail } from "../lib/problem.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Slots } from "../resource/observed.ts";
import type { Part, Service, Site } from "../site/site.ts";
import { addressesOf, gatewayOf, subnetOf, usersOf } from "./addresses.ts";

/** One container of a service and where it stands. */
export type Standing = {
  readonly id: ResourceId;
  readonly part: Part;
  readonly replica: number;
  readonly address: string;
};

/** Everything that follows from a service's slot. */
export type Place = {
  readonly slot: number;
  readonly subnet: string;
  readonly gateway: string;
  /** The first of its user ids on the machine. */
  readonly users: number;
  /** By part, then replica. Empty for a retired service. */
  readonly containers: readonly Standing[];
};

/** The places of a site's services by name. External services have none: they stand elsewhere. */
export type Places = ReadonlyMap<string, Place>;

/** Works out where everything of a site stands. Problem: `SLOT_MISSING` (a bug) for a service without a slot. */
export function placesOf(site: Site, slots: Slots): Places {
  const standing = site.services.filter((service) => service.parts.length > 0);
  return new Map(standing.map((service) => [service.name, placeOf(service, slots)]));
}

/** The place of a service that has parts. Problem: `SLOT_MISSING`, a bug. */
export function placeAt(places: Places, service: string): Place {
  return places.get(service) ?? slotMissing(service);
}

function placeOf(service: Service, slots: Slots): Place {
  const slot = Object.hasOwn(slots, service.name) ? slots[service.name] : undefined;
  if (slot === undefined) return slotMissing(service.name);
  return {
    slot,
    subnet: subnetOf(slot),
    gateway: gatewayOf(slot),
    users: usersOf(slot),
    containers: service.stage === "retired" ? [] : standingsOf(service, slot),
  };
}

function standingsOf(service: Service, slot: number): readonly Standing[] {
  const seats = service.parts.flatMap((part) =>
    Array.from({ length: service.replicas }, (_, index) => ({ part: part.name, replica: index + 1 })),
  );
  const addresses = addressesOf(slot, seats);
  return service.parts.flatMap((part, partIndex) =>
    Array.from({ length: service.replicas }, (_, index) => ({
      id: `container/${service.name}/${part.name}${index === 0 ? "" : `/${index + 1}`}`,
      part,
      replica: index + 1,
      address: addresses[partIndex * service.replicas + index] ?? "",
    })),
  );
}

function slotMissing(service: string): never {
  return fail("SLOT_MISSING", `expected a slot for the service ${service}, got none`, { kind: "bug" });
}
