import type { Clock } from "../lib/clock.ts";
import { fail } from "../lib/problem.ts";
import type { Roots } from "./layout.ts";
import type { Runtime } from "./provider.ts";

/** What matters of a site's engine for who talks to its cluster. */
export type ClusterEngine = {
  readonly context: string;
  readonly registry?: string;
  readonly storageClass?: string;
};

/** What a cluster's runtime is made with. */
export type ClusterOptions = {
  readonly roots: Roots;
  readonly clock: Clock;
  /** Where a person's kubeconfig is found, and his keys of age. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cluster: ClusterEngine;
};

/** The runtime of a cluster. */
export async function clusterRuntime({ cluster }: ClusterOptions): Promise<Runtime> {
  return fail("NOT_THERE_YET", `expected a runtime for the cluster ${cluster.context}, got none yet`, { kind: "bug" });
}
