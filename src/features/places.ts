import { fail } from "../lib/problem.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Slots } from "../resource/observed.ts";
import { placeKey, type Turns } from "../resource/turns.ts";
import type { Part, Service, Site } from "../site/site.ts";
import { addressesOf, gatewayOf, subnetOf, usersOf } from "./addresses.ts";

/** One container of a service and where it stands. */
export type Standing = {
  readonly id: ResourceId;
  readonly part: Part;
  readonly replica: number;
  readonly turn?: "b";
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
export function placesOf(site: Site, slots: Slots, turns: Turns): Places {
  const standing = site.services.filter((service) => service.parts.length > 0);
  return new Map(standing.map((service) => [service.name, placeOf(service, slots, turns)]));
}

/** The place of a service that has parts. Problem: `SLOT_MISSING`, a bug. */
export function placeAt(places: Places, service: string): Place {
  return places.get(service) ?? slotMissing(service);
}

function placeOf(service: Service, slots: Slots, turns: Turns): Place {
  const slot = Object.hasOwn(slots, service.name) ? slots[service.name] : undefined;
  if (slot === undefined) return slotMissing(service.name);
  return {
    slot,
    subnet: subnetOf(slot),
    gateway: gatewayOf(slot),
    users: usersOf(slot),
    containers: service.stage === "retired" ? [] : standingsOf(service, slot, turns),
  };
}

/** Every place has an address for the first of its two containers, so that nobody moves when another has its turn. */
function standingsOf(service: Service, slot: number, turns: Turns): readonly Standing[] {
  const seats = service.parts.flatMap((part) =>
    Array.from({ length: service.replicas }, (_, index) => ({ part, replica: index + 1, ...turnOf(index + 1, part) })),
  );
  const seconds = seats.filter(({ turn }) => turn === "b");
  const firsts = seats.map(({ part, replica }) => ({ part: part.name, replica }));
  const addresses = addressesOf(slot, [...firsts, ...seconds.map((seat) => ({ ...seat, part: seat.part.name }))]);
  return seats.map((seat, index) => {
    const place = seat.turn === undefined ? index : firsts.length + seconds.indexOf(seat);
    return { id: containerId(service, seat), ...seat, address: addresses[place] ?? "" };
  });

  function turnOf(replica: number, { name }: Part): Pick<Standing, "turn"> {
    const key = placeKey({ service: service.name, part: name, replica });
    return Object.hasOwn(turns, key) ? { turn: "b" } : {};
  }
}

/** `container/blog/blog`, of further replicas `…/2`, of the second of two that relieve each other `…/b`. */
function containerId(service: Service, { part, replica, turn }: Omit<Standing, "id" | "address">): ResourceId {
  const words = ["container", service.name, part.name, ...(replica === 1 ? [] : [replica]), ...(turn ? [turn] : [])];
  return words.join("/");
}

function slotMissing(service: string): never {
  return fail("SLOT_MISSING", `expected a slot for the service ${service}, got none`, { kind: "bug" });
}
