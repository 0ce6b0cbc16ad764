import ipaddr from "ipaddr.js";
import type { Link } from "../resource/kinds/link.ts";
import type { External, Reach, Service } from "../site/site.ts";
import { wholeName } from "./cluster-names.ts";
import { offersReached, type ServiceReach, serviceReaches } from "./offers.ts";
import { type Place, type Places, placeAt } from "./places.ts";

/**
 * The ways that a service's `reach` opens, each once: exact to port and protocol for another service, one for each address
 * that answers there.
 */
export function linksOf(service: Service, services: ReadonlyMap<string, Service>, places: Places): readonly Link[] {
  const from = { service, place: placeAt(places, service.name) };
  const links = service.reach.flatMap((reach) => {
    if (reach.to !== "service") return [zoneLink(from, reach)];
    const to = reach.service === service.name ? undefined : services.get(reach.service);
    return to === undefined ? [] : serviceLinks(from, reach, to, places);
  });
  return [...new Map(links.map((link) => [link.id, link])).values()];
}

type From = { readonly service: Service; readonly place: Place };

function zoneLink(from: From, reach: Exclude<Reach, ServiceReach>): Link {
  const port = reach.port === undefined ? {} : { port: reach.port };
  const name = reach.port === undefined ? reach.to : `${reach.to}/${reach.port}`;
  return { ...common(from, name), to: { zone: reach.to }, protocol: "any", ...port };
}

function serviceLinks(from: From, reach: ServiceReach, to: Service, places: Places): readonly Link[] {
  if (to.stage === "retired") return [];
  if (to.external !== undefined) return externalLinks(from, reach, to.name, to.external);
  const { containers, network } = placeAt(places, to.name);
  const alias = "namespace" in network ? aliasOf(from, to, containers) : undefined;
  return offersReached(to, reach).flatMap(({ part, port, protocol }) =>
    containers
      .filter((standing) => standing.part.name === part.name)
      .map(({ id, address }) => {
        const link = common(from, `${id.slice("container/".length)}/${protocol}-${port}`);
        if (alias === undefined) return { ...link, to: { address }, protocol, port };
        const needs = [...link.needs, `network/${to.name}`].sort();
        return { ...link, needs, to: { service: to.name, part: part.name }, protocol, port, ...alias };
      }),
  );
}

/** A way to something that runs elsewhere needs its address: names could lead anywhere tomorrow. */
function externalLinks(from: From, reach: ServiceReach, name: string, external: External): readonly Link[] {
  const { host, port } = external;
  if (reach.port !== undefined && reach.port !== port) return [];
  if (!ipaddr.IPv4.isValidFourPartDecimal(host)) return [];
  const alias = "namespace" in from.place.network ? named(from, name, host) : {};
  return [{ ...common(from, `${name}/tcp-${port}`), to: { address: host }, protocol: "tcp", port, ...alias }];
}

/** What the service's name leads to, over all entries of `reach`: the one part that is reached, else the whole service. */
function aliasOf(from: From, to: Service, containers: Place["containers"]): Pick<Link, "alias"> {
  const entries = serviceReaches(from.service).filter(({ service }) => service === to.name);
  const reached = new Set(entries.flatMap((reach) => offersReached(to, reach).map(({ part }) => part.name)));
  const [first, ...others] = containers.filter(({ part }) => reached.has(part.name)).map(({ address }) => address);
  if (first === undefined) return {};
  const whole = wholeName(to);
  const rest = first.slice(first.indexOf("."));
  return named(from, to.name, others.length > 0 && whole !== undefined ? `${whole}${rest}` : first);
}

/** A name that a part of the service's own has leads there. */
function named({ service }: From, name: string, target: string): Pick<Link, "alias"> {
  return service.parts.some((part) => part.name === name) ? {} : { alias: { name, target } };
}

function common(from: From, name: string): Pick<Link, "kind" | "id" | "service" | "needs" | "from"> {
  return {
    kind: "link",
    id: `link/${from.service.name}/${name}`,
    service: from.service.name,
    needs: [`network/${from.service.name}`],
    from: from.place.from,
  };
}
