import { clusterOf } from "../features/cluster.ts";
import type { Site } from "../site/site.ts";

/** What a site runs on, as its owner calls it: this machine, or the context of its cluster. */
export function placeOf({ host }: { readonly host: string }, site: Pick<Site, "engine">): string {
  return clusterOf(site)?.context ?? host;
}

/** Whether a site runs on a cluster, which brings back what stops by itself. */
export function isOnCluster(site: Pick<Site, "engine">): boolean {
  return clusterOf(site) !== undefined;
}
