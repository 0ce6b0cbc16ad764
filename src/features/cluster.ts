import type { ContainerPort, OnCluster } from "../resource/kinds/container.ts";
import type { KubernetesEngine, Part, Service, Site } from "../site/site.ts";
import { wholeName } from "./cluster-names.ts";
import { offersOf } from "./offers.ts";
import { startFirst } from "./start-first.ts";

/** The cluster that a site runs on; undefined where it is one machine. */
export function clusterOf({ engine }: Pick<Site, "engine">): KubernetesEngine | undefined {
  return typeof engine === "string" ? undefined : engine.kubernetes;
}

/** A site as it runs on a cluster: its own, or for one that runs on a machine one with a load balancer, of which nothing else is known. */
export function asOnCluster(site: Site): { readonly site: Site; readonly engine: KubernetesEngine } {
  const engine = clusterOf(site) ?? { context: "", door: "balancer" };
  return { site: { ...site, engine: { kubernetes: engine } }, engine };
}

/** The name that the supervisor has within a cluster, beside the front door, and the port on which it serves the start page. */
export const controllerName = "controller";
export const controllerPort = 8080;

/** What a cluster must be told of a part. Two at a time are started and ended there where nothing is kept, whoever knows of them. */
export function onCluster(site: Site, service: Service, part: Part): OnCluster {
  const offers = offersOf(service);
  const answering = new Set(
    (offers.length > 0 ? offers.map((offer) => offer.part) : service.parts).map(({ name }) => name),
  );
  const name = wholeName(service);
  const ports = offers.map((offer) => ({ part: offer.part.name, port: offer.port, protocol: offer.protocol }));
  return {
    replicas: service.replicas,
    ports: portsOf(service, part),
    ...(name !== undefined && answering.has(part.name) ? { whole: { name, ports } } : {}),
    startFirst: startFirst(site).has(service.name) || (part.state.length === 0 && service.replicas > 1),
  };
}

/** What a part offers to others; its health's port is between it and whoever asks. */
function portsOf(service: Service, part: Part): readonly ContainerPort[] {
  const web = new Set(service.expose.flatMap((exposure) => (exposure.part === part.name ? [part.port] : [])));
  const isPublished = service.expose.length > 0;
  const own =
    part.port === undefined ? [] : [{ port: part.port, protocol: "tcp" as const, visitors: web.has(part.port) }];
  const others = part.ports.map(({ port, protocol }) => ({
    port,
    protocol,
    visitors: protocol === "tcp" && isPublished,
  }));
  return [...own, ...others].sort((a, b) => a.port - b.port);
}
