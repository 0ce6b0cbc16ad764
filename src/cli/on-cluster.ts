import type { KubernetesEngine, Site } from "../site/site.ts";

/** The cluster that a site runs on; undefined for a site of one machine. */
export function clusterOf({ engine }: Pick<Site, "engine">): KubernetesEngine | undefined {
  return engine === "podman" ? undefined : engine.kubernetes;
}

/** Whether a site runs on a cluster, which brings back what stops by itself. */
export function isOnCluster(site: Pick<Site, "engine">): boolean {
  return clusterOf(site) !== undefined;
}
