import type { Node } from "yaml";

/** One file of the site as it was read. */
export type Source = {
  /** Relative to the site, with forward slashes. */
  readonly file: string;
  /** Without a byte order mark, with `\n` at the ends of lines. */
  readonly text: string;
  /** What the YAML library made of it; null when there is nothing. */
  readonly root: Node | null;
};

/** A part of a file's text, from one offset up to another. */
export type Range = { readonly start: number; readonly end: number };
