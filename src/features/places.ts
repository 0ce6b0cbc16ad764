import { fail } from "../lib/problem.ts";
import type { ResourceId } from "../resource/base.ts";
import type { ClusterNetwork, MachineNetwork } from "../resource/kinds/network.ts";
import { clusterName, namespaceOf } from "../resource/namespace.ts";
import type { Slots } from "../resource/observed.ts";
import { placeKey, type Turns } from "../resource/turns.ts";
import type { Part, Service, Site } from "../site/site.ts";
import { addressesOf, gatewayOf, subnetOf, usersOf } from "./addresses.ts";
import { clusterOf } from "./cluster.ts";
import { visitedName } from "./cluster-names.ts";

/** One container of a service and where it stands. */
export type Standing = {
  readonly id: ResourceId;
  readonly part: Part;
  readonly replica: number;
  readonly turn?: "b";
  readonly address: string;
};

/** Where a service stands. */
export type Place = {
  /** Its network, without what the service says of it. */
  readonly network: Pick<MachineNetwork, "slot" | "subnet" | "gateway"> | Pick<ClusterNetwork, "namespace">;
  /** What its links call it: the subnet, on a cluster the namespace. */
  readonly from: string;
  /** Everything that follows from its slot, on a machine. */
  readonly slot?: number;
  /** The first of its user ids on the machine; on a cluster there are those inside alone. */
  readonly users?: number;
  /** By part, then replica; on a cluster a part's replicas are one. Empty for a retired service. */
  readonly containers: readonly Standing[];
};

/** The places of a site's services by name. External services have none: they stand elsewhere. */
export type Places = ReadonlyMap<string, Place>;

/** Works out where everything of a site stands. Problem: `SLOT_MISSING` (a bug) for a service without a slot. */
export function placesOf(site: Site, slots: Slots, turns: Turns): Places {
  const standing = site.services.filter((service) => stands(site, service));
  const place = (service: Service): Place =>
    clusterOf(site) === undefined ? placeOf(service, slots, turns) : placeOnCluster(site, service);
  return new Map(standing.map((service) => [service.name, place(service)]));
}

/** Whether a service has a place: what has parts, and on a cluster what has objects that people wrote. */
export function stands(site: Site, { parts, manifests = [] }: Service): boolean {
  return parts.length > 0 || (clusterOf(site) !== undefined && manifests.length > 0);
}

/** What must be there before anything is laid down for a service: on a cluster its network, which holds all of that. */
export function laidIn({ name }: Pick<Service, "name">, { network }: Pick<Place, "network">): readonly ResourceId[] {
  return "namespace" in network ? [`network/${name}`] : [];
}

/** The place of a service that has parts. Problem: `SLOT_MISSING`, a bug. */
export function placeAt(places: Places, service: string): Place {
  return places.get(service) ?? slotMissing(service);
}

function placeOnCluster(site: Site, service: Service): Place {
  const namespace = namespaceOf(site.name, service.name);
  const containers = service.parts.map((part) => ({
    id: containerId(service, { part, replica: 1 }),
    part,
    replica: 1,
    address: clusterName(site.name, service.name, visitedName(service, part)),
  }));
  return { network: { namespace }, from: namespace, containers: service.stage === "retired" ? [] : containers };
}

function placeOf(service: Service, slots: Slots, turns: Turns): Place {
  const slot = Object.hasOwn(slots, service.name) ? slots[service.name] : undefined;
  if (slot === undefined) return slotMissing(service.name);
  const subnet = subnetOf(slot);
  return {
    network: { slot, subnet, gateway: gatewayOf(slot) },
    from: subnet,
    slot,
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
