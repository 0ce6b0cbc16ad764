import { clusterOf } from "../features/cluster.ts";
import type { Site } from "../site/site.ts";

/** Whether a site runs on a cluster, which brings back what stops by itself. */
export function isOnCluster(site: Pick<Site, "engine">): boolean {
  return clusterOf(site) !== undefined;
}
