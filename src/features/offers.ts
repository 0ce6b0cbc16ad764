import type { Part, Reach, Service } from "../site/site.ts";

/** A port of a part that other services may be allowed to reach. */
export type Offer = { readonly part: Part; readonly port: number; readonly protocol: "tcp" | "udp" };

/** A `reach` to another service of the site. */
export type ServiceReach = Extract<Reach, { to: "service" }>;

/** Every port that a service offers, its parts in order. */
export function offersOf(service: Service): readonly Offer[] {
  return service.parts.flatMap((part) => {
    const others = part.ports.map(({ port, protocol }) => ({ part, port, protocol }));
    return part.port === undefined ? others : [{ part, port: part.port, protocol: "tcp" as const }, ...others];
  });
}

/** The offers of `service` that an entry of `reach` opens: all, or those with its port. */
export function offersReached(service: Service, reach: ServiceReach): readonly Offer[] {
  return offersOf(service).filter(
    ({ port, protocol }) =>
      (reach.port === undefined || reach.port === port) &&
      (reach.protocol === undefined || reach.protocol === protocol),
  );
}

/** The entries of a service's `reach` that lead to other services. */
export function serviceReaches(service: Service): readonly ServiceReach[] {
  return service.reach.flatMap((reach) => (reach.to === "service" && reach.service !== service.name ? [reach] : []));
}
