import type { ResourceBase } from "../base.ts";

/** The network of one service. Nothing enters or leaves it but by {@link Link}s and from the front door. */
export type Network = ResourceBase & {
  readonly kind: "network";
  /** The service's place in the address plan, 1 to 4095: its subnet and its user ids follow from it. */
  readonly slot: number;
  /** `10.224.5.0/24`. */
  readonly subnet: string;
  readonly gateway: string;
  /** Whether names of the outside are resolved in it. */
  readonly resolves: boolean;
};
