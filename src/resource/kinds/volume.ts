import type { ResourceBase } from "../base.ts";

/** Data that matters. Kept when its service leaves; removed only when a person asks for that by name. */
export type Volume = ResourceBase & {
  readonly kind: "volume";
  readonly part: string;
  readonly name: string;
  /** Remembers the service's place in the address plan while nothing of it runs; absent on a cluster, which has none. */
  readonly slot?: number;
};
