import type { Clock } from "../../../lib/clock.ts";
import type { KubeClient } from "../client/client.ts";

/** What a doctor's check of a cluster may look at. */
export type ExaminedCluster = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly site: {
    readonly name: string;
    readonly domain: string;
    /** The storage class that site.yaml names. */
    readonly storageClass?: string;
    readonly registry?: string;
    /** Milliseconds of silence after which a node is to be declared lost. */
    readonly nodeLostAfter?: number;
    readonly door: "balancer" | "host-ports";
    /** Ports that the front door publishes. */
    readonly ports: readonly number[];
    /** Whether any of its services keeps state. */
    readonly keepsState: boolean;
  };
};
