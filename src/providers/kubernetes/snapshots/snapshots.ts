import type { Snapshots } from "../../snapshots.ts";
import type { Session } from "../session.ts";
import { costOf } from "./cost.ts";
import { pruneSnapshots, removeSnapshots } from "./prune.ts";
import { readRecords } from "./record.ts";
import { restoreSnapshot } from "./restore.ts";
import { spoken, takeSnapshot } from "./take.ts";

/**
 * Snapshots of state on a cluster: copies that a pod makes where each volume is, into a claim beside it, while nothing uses the state. One
 * counts from when it is written down in the cluster.
 */
export function clusterSnapshots(of: (site: string) => Session): Snapshots {
  return {
    cost: (site, service) => costOf(of(site), service),
    take: (site, service, name, context) => takeSnapshot(of(site), service, name, context),
    restore: (site, service, name, context) => restoreSnapshot(of(site), service, name, context),
    list: async (site) => (await readRecords(of(site))).map(spoken),
    remove: (site, service, name) => removeSnapshots(of(site), service, [name]),
    prune: (site, service) => pruneSnapshots(of(site), service),
  };
}
