import ipaddr from "ipaddr.js";
import type { Service } from "../../site/site.ts";
import { offersOf, offersReached, serviceReaches } from "../offers.ts";
import { type Place, type Places, placeAt, type Standing } from "../places.ts";

/** Addresses by name, names sorted. */
export type Hosts = Readonly<Record<string, readonly string[]>>;

/**
 * The names that the processes of a service resolve: its own parts, itself, and the services that it may reach, each with the
 * addresses of all replicas of the parts concerned. A part hides a service of the same name.
 */
export function hostsOf(service: Service, services: ReadonlyMap<string, Service>, places: Places): Hosts {
  const hosts = new Map<string, readonly string[]>();
  for (const { service: name } of serviceReaches(service)) {
    const addresses = reachedAddresses(service, services.get(name), places);
    if (addresses.length > 0) hosts.set(name, addresses);
  }
  const place = placeAt(places, service.name);
  const offering = new Set(offersOf(service).map(({ part }) => part.name));
  const ownParts = new Set(service.parts.map(({ name }) => name));
  hosts.set(service.name, addressesIn(place, offering.size > 0 ? offering : ownParts));
  for (const part of ownParts) hosts.set(part, addressesIn(place, new Set([part])));
  return Object.fromEntries([...hosts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The same as one container sees it: the name of its own part, and of its service where that part answers for it, is itself. So
 * a further replica changes nothing for the first.
 */
export function hostsSeenBy(hosts: Hosts, service: Service, { part, address }: Standing): Hosts {
  const answers = hosts[service.name]?.includes(address) === true;
  return { ...hosts, [part.name]: [address], ...(answers ? { [service.name]: [address] } : {}) };
}

/** The addresses behind a service's name, as seen by one that reaches it, over all entries of its `reach`. */
function reachedAddresses(from: Service, to: Service | undefined, places: Places): readonly string[] {
  if (to === undefined || to.stage === "retired") return [];
  if (to.external !== undefined) return ipaddr.IPv4.isValidFourPartDecimal(to.external.host) ? [to.external.host] : [];
  const entries = serviceReaches(from).filter((reach) => reach.service === to.name);
  const parts = new Set(entries.flatMap((reach) => offersReached(to, reach).map(({ part }) => part.name)));
  return addressesIn(placeAt(places, to.name), parts);
}

function addressesIn(place: Place, parts: ReadonlySet<string>): readonly string[] {
  return place.containers.filter(({ part }) => parts.has(part.name)).map(({ address }) => address);
}
