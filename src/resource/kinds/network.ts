import type { ResourceBase } from "../base.ts";

/** The network of one service. Nothing enters or leaves it but by {@link Link}s and from the front door. */
export type Network = MachineNetwork | ClusterNetwork;

type NetworkBase = ResourceBase & {
  readonly kind: "network";
  /** Whether names of the outside are resolved in it. */
  readonly resolves: boolean;
};

/** A network of one machine: a range of addresses. */
export type MachineNetwork = NetworkBase & {
  /** The service's place in the address plan, 1 to 4095: its subnet and its user ids follow from it. */
  readonly slot: number;
  /** `10.224.5.0/24`. */
  readonly subnet: string;
  readonly gateway: string;
};

/** A network of a cluster, which gives addresses itself: everybody is found by names. */
export type ClusterNetwork = NetworkBase & {
  /** `home-blog`. */
  readonly namespace: string;
};

/** Whether a network is one of a machine's. */
export function isOnMachine(network: Network): network is MachineNetwork {
  return "subnet" in network;
}
