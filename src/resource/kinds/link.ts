import type { ResourceBase } from "../base.ts";

/** One declared way: who may open connections to whom, on which port. Answers are always let back. */
export type Link = ResourceBase & {
  readonly kind: "link";
  /** The subnet of the service that may talk; on a cluster its namespace. */
  readonly from: string;
  readonly to:
    | { readonly zone: "internet" | "lan" | "machine" }
    /** One address: a container's, or an external service's. */
    | { readonly address: string }
    /** On a cluster: every container of a part. */
    | { readonly service: string; readonly part: string };
  readonly protocol: "tcp" | "udp" | "any";
  /** Absent: every port. */
  readonly port?: number;
  /**
   * On a cluster: the name that whoever may talk has for whom they talk to, and the address or the name in full that it stands for. Absent:
   * there is no such name, or a part of theirs has it.
   */
  readonly alias?: { readonly name: string; readonly target: string };
};
