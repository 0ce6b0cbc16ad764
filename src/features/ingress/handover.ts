import type { Site } from "../../site/site.ts";
import { clusterOf } from "../cluster.ts";
import { type Places, placeAt, type Standing } from "../places.ts";
import { startFirst } from "../start-first.ts";
import type { Routes } from "./routes.ts";

/** The containers that may be relieved while visitors come; none on a cluster, where a name leads to whoever is there. */
export function handsTo(site: Site, places: Places): readonly Standing[] {
  if (clusterOf(site) !== undefined) return [];
  return [...startFirst(site)].flatMap((name) => placeAt(places, name).containers);
}

/**
 * `servers.txt`: a line for each of these containers that tells the process of HAProxy that runs where it is now. It is told before it
 * is relieved by one with the new configuration, since it goes on taking requests on the connections that it has, and afterwards
 * cannot be told any more. https://docs.haproxy.org/3.0/management.html#9.3-set%20server; `@1` is the process that takes connections.
 */
export function serverLines({ backends }: Routes, led: readonly Standing[]): string {
  const addresses = new Set(led.map(({ address }) => address));
  const lines = backends.flatMap(({ name, servers }) =>
    servers.flatMap((server) =>
      "host" in server && addresses.has(server.host)
        ? [`@1 set server ${name}/${server.name} addr ${server.host} port ${server.port}\n`]
        : [],
    ),
  );
  return lines.join("");
}
