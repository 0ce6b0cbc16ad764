import type { Network } from "../../resource/kinds/network.ts";
import type { Resource } from "../../resource/resource.ts";
import type { Service, Site } from "../../site/site.ts";
import { linksOf } from "../links.ts";
import { type Place, type Places, placeAt } from "../places.ts";

/** A network for each service that runs, and the declared ways between them. All else stays closed. */
export function compileIsolation(site: Site, places: Places): readonly Resource[] {
  const services = new Map(site.services.map((service) => [service.name, service]));
  return site.services.flatMap((service) => {
    if (service.parts.length === 0 || service.stage === "retired") return [];
    const place = placeAt(places, service.name);
    return [networkOf(service, place), ...linksOf(service, services, places)];
  });
}

function networkOf(service: Service, place: Place): Network {
  return {
    kind: "network",
    id: `network/${service.name}`,
    service: service.name,
    needs: [],
    slot: place.slot,
    subnet: place.subnet,
    gateway: place.gateway,
    resolves: service.reach.some(({ to }) => to === "internet"),
  };
}
