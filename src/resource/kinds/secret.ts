import type { ResourceBase } from "../base.ts";

/**
 * Secrets of one part, sealed as the site's repository has them. Its provider opens them with the machine's key into files on a
 * memory file system that only `owner` can read; they are never stored open, nor written into a description, a label or a log.
 */
export type Secret = ResourceBase & {
  readonly kind: "secret";
  readonly part: string;
  /** Sealed texts by the secret's name, which is also their place in the sealed document. */
  readonly entries: Readonly<Record<string, string>>;
  /** The data key, sealed for each recipient. */
  readonly keys: readonly { readonly recipient: string; readonly sealed: string }[];
  /** The user id on the machine that may read the files. */
  readonly owner: number;
};
