import type { ResourceBase, ResourceId } from "../base.ts";

/**
 * A directory of files (or one file) that freehold writes. Each version is written beside the old one and switched to at
 * once: a live mount sees the new version under `current/` without a restart.
 */
export type File = ResourceBase & {
  readonly kind: "file";
  readonly content: /** Relative path to text. */
    | { readonly from: "text"; readonly entries: Readonly<Record<string, string>> }
    /** Copied from a directory or file of the site, as it was when `digest` was taken. */
    | { readonly from: "tree"; readonly source: string; readonly digest: string };
  /** The user id on the machine that may read it; others may not if `secret`. */
  readonly owner: number;
  readonly secret: boolean;
  /** The containers that whoever reads it hands visitors on to, as far as one may be relieved by another while they come. Sorted. */
  readonly handsTo?: readonly ResourceId[];
};
