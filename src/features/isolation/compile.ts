import type { Network } from "../../resource/kinds/network.ts";
import type { Resource } from "../../resource/resource.ts";
import type { Service, Site } from "../../site/site.ts";
import { clusterOf } from "../cluster.ts";
import { linksOf } from "../links.ts";
import { type Place, type Places, placeAt, stands } from "../places.ts";

/** A network for each service that runs, and the declared ways between them. All else stays closed. */
export function compileIsolation(site: Site, places: Places): readonly Resource[] {
  const services = new Map(site.services.map((service) => [service.name, service]));
  return site.services.flatMap((service) => {
    if (!stands(site, service)) return [];
    const place = placeAt(places, service.name);
    if (service.stage !== "retired") return [networkOf(service, place), ...linksOf(service, services, places)];
    // on a cluster, what it keeps lies in its network
    return clusterOf(site) === undefined ? [] : [networkOf(service, place)];
  });
}

function networkOf(service: Service, place: Place): Network {
  return {
    kind: "network",
    id: `network/${service.name}`,
    service: service.name,
    needs: [],
    ...place.network,
    // a cluster has one resolver for all
    resolves: "namespace" in place.network || service.reach.some(({ to }) => to === "internet"),
  };
}
