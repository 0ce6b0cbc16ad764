import type { Site } from "../site/site.ts";
import { isOnCluster } from "./on-cluster.ts";

/** What became of starting the supervisor, for the person. */
export type SupervisorStart =
  | { readonly state: "running" | "started" }
  /** Nobody tried, since the person interrupted: none runs, or one that runs completes what was agreed to. */
  | { readonly state: "interrupted" | "goes on" }
  /** None is needed: a cluster brings back what stops. */
  | { readonly state: "cluster" }
  /** It could not be: in a few words why. */
  | { readonly state: "failed"; readonly why: string };

/** The process that keeps a site as it was last applied. */
export type Supervisor = {
  /** Starts it unless one runs. */
  ensure(site: string): Promise<SupervisorStart>;
  /** Waits for it to end, after the ledger said `stopped`; a while at most. Resolves with its process id if it is still there. */
  ended(site: string, signal: AbortSignal): Promise<number | undefined>;
};

/** Sees that somebody keeps a site running: its supervisor on this machine, or its cluster. */
export async function keeperOf(supervisor: Supervisor, site: Pick<Site, "name" | "engine">): Promise<SupervisorStart> {
  return isOnCluster(site) ? { state: "cluster" } : supervisor.ensure(site.name);
}
