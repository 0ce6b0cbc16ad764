import type { ResourceBase } from "../base.ts";

/** A certificate and its key for one or more names, renewed before it ends. */
export type Certificate = ResourceBase & {
  readonly kind: "certificate";
  /** The first is the main name; may start with `*.`. Sorted after the first. */
  readonly names: readonly string[];
  readonly issuer: "local";
  /** The domains that its issuer may speak for, sorted: all of the site. One more means a new authority. */
  readonly domains: readonly string[];
  /** The user id on the machine that may read it. */
  readonly owner: number;
};
