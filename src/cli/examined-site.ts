import type { KubernetesEngine, Site } from "../site/site.ts";

/** What matters of a site for the machine that it runs on: where it listens, which names lead there, what it asks outside. */
export function examinedSite({ name, domain, domains, front, services }: Site) {
  const hosts = services.flatMap(({ expose }) => expose.map(({ host }) => host));
  return {
    name,
    hosts: [...new Set([domain, ...domains, ...hosts])].sort(),
    addresses: front.addresses,
    http: front.http,
    https: front.https,
    resolves: services.some(({ reach }) => reach.some(({ to }) => to === "internet")),
  };
}

/** What matters of a site for the cluster that it runs on. */
export function siteOnCluster({ name, domain, front, services }: Site, cluster: KubernetesEngine) {
  const { context: _, ...engine } = cluster;
  const keepsState = services.some(({ parts }) => parts.some(({ state }) => state.length > 0));
  return { name, domain, ...engine, ports: [front.http, front.https], keepsState };
}
