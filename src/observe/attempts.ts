import type { ResourceId } from "../resource/base.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { Service, Site } from "../site/site.ts";

/** What an attempt leads to. */
export type Goal =
  | { readonly to: "service"; readonly service: string; readonly part: string }
  | { readonly to: "machine" | "lan" | "internet" };

/** One connection to try, and what the site's files say about it. */
export type Attempt = {
  readonly from: ResourceId;
  readonly service: string;
  readonly goal: Goal;
  readonly address: string;
  readonly port: number;
  /** Whether a line of the site's files opens this way. */
  readonly declared: boolean;
};

/** What lies around the services. */
export type Surroundings = {
  /** The machine's own addresses; gateways of the services' networks among them. */
  readonly machine: readonly string[];
  /** A private address outside this machine. */
  readonly lan: readonly string[];
  /** A public address. */
  readonly internet: readonly string[];
  /** Ports to try beyond the usual ones. */
  readonly ports?: readonly number[];
};

/** Ports that are tried everywhere, whatever listens: the ones that programs of a home server like to open. */
const wellKnown = [22, 25, 53, 80, 443, 3000, 5432, 6379, 8080] as const;

/**
 * Every connection that `prove` tries: from each running container to each container of every other service, to the machine,
 * to a private and to a public address, on every port that anybody listens on or that the files name. What is declared is read
 * from the site's own words, not from the links made of them, so that a wrong link shows.
 */
export function attempts(
  site: Site,
  running: readonly Container[],
  listening: ReadonlyMap<ResourceId, readonly number[]>,
  { ports: further = [], ...surroundings }: Surroundings,
): readonly Attempt[] {
  const services = new Map(site.services.map((service) => [service.name, service]));
  const inside = running.filter(({ network }) => network.mode === "service");
  const ports = portsOf(site, listening, further);
  const zones = (["machine", "lan", "internet"] as const).flatMap((to) =>
    surroundings[to].map((address) => ({ goal: { to } as const, address })),
  );
  return inside.flatMap((from) => {
    const service = services.get(from.service);
    if (service === undefined) return [];
    const others = inside.filter((other) => other.service !== from.service).map((other) => goalOf(other));
    return [...others, ...zones].flatMap(({ goal, address }) =>
      ports.map((port) => ({
        from: from.id,
        service: from.service,
        goal,
        address,
        port,
        declared: isDeclared(service, goal, port, services) || isOwnResolver(service, from, address, port),
      })),
    );
  });
}

function portsOf(
  site: Site,
  listening: ReadonlyMap<ResourceId, readonly number[]>,
  further: readonly number[],
): readonly number[] {
  const offered = site.services.flatMap(({ parts }) =>
    parts.flatMap((part) => [part.port, ...part.ports.map((each) => each.port)]),
  );
  const reached = site.services.flatMap(({ reach }) => reach.map(({ port }) => port));
  const front = [site.front.http, site.front.https];
  const all = [...wellKnown, ...front, ...offered, ...reached, ...further, ...[...listening.values()].flat()];
  return [...new Set(all.flatMap((port) => (port === undefined ? [] : [port])))].sort((a, b) => a - b);
}

function goalOf({ service, part, network }: Container): { readonly goal: Goal; readonly address: string } {
  return { goal: { to: "service", service, part }, address: network.mode === "service" ? network.address : "" };
}

/** Whether a `reach` of the service opens the way. Of another service only those ports of a part that it offers. */
function isDeclared(from: Service, goal: Goal, port: number, services: ReadonlyMap<string, Service>): boolean {
  return from.reach.some((reach) => {
    if (reach.port !== undefined && reach.port !== port) return false;
    if (goal.to !== "service" || reach.to !== "service") return reach.to === goal.to;
    if (reach.service !== goal.service || reach.protocol === "udp") return false;
    const part = services.get(goal.service)?.parts.find(({ name }) => name === goal.part);
    if (part === undefined) return false;
    return part.port === port || part.ports.some((each) => each.port === port && each.protocol === "tcp");
  });
}

/** Names of the internet are resolved at the gateway of a service that may reach it. */
function isOwnResolver(service: Service, { network }: Container, address: string, port: number): boolean {
  if (network.mode !== "service" || port !== 53) return false;
  return address === gatewayBeside(network.address) && service.reach.some(({ to }) => to === "internet");
}

function gatewayBeside(address: string): string {
  return address.replace(/\d+$/, "1");
}
