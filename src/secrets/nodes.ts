import { isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import type { Place } from "../lib/problem.ts";

/** A part of a text, from one offset up to another. */
export type Range = { readonly start: number; readonly end: number };

/** One line `KEY: VALUE` of a map. */
export type Member = { readonly key: string; readonly keyRange: Range; readonly value: Node | null };

/** What stands in a map, in order; undefined for anything else. Keys that are no text are left out. */
export function membersOf(node: Node | null | undefined): Member[] | undefined {
  if (!isMap<Node, Node | null>(node)) return undefined;
  return node.items.flatMap(({ key, value }) =>
    isScalar(key) && typeof key.value === "string" ? [{ key: key.value, keyRange: rangeOf(key), value }] : [],
  );
}

/** The entries of a list; none for anything else. */
export function itemsOf(node: Node | null | undefined): Node[] {
  return isSeq<Node>(node) ? node.items : [];
}

/** A single value as text, as it was written where YAML would make a number of it; undefined for anything else. */
export function textOf(node: Node | null | undefined): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === "string" ? node.value : node.source;
}

/** Whether a map is written without braces, a line for each key. */
export function isBlock(node: Node | null | undefined): node is YAMLMap {
  return isMap(node) && node.flow !== true;
}

/** Where a node's own words stand. */
export function rangeOf(node: Node): Range {
  const [start = 0, end = 0] = node.range ?? [];
  return { start, end };
}

/** Where a member stands, from its key to the end of its value. */
export function wholeOf({ keyRange, value }: Member): Range {
  return { start: keyRange.start, end: value === null ? keyRange.end : rangeOf(value).end };
}

/** The place of a range in secrets.yaml, without the line's words: they may be what must not be shown. */
export function placeOf(text: string, { start, end }: Range): Place {
  const from = Math.min(start, text.trimEnd().length);
  const before = text.slice(0, from);
  const newline = text.indexOf("\n", from);
  const length = Math.max(1, Math.min(end, newline < 0 ? text.length : newline) - from);
  const line = before.split("\n").length;
  return { file: "secrets.yaml", line, column: from - before.lastIndexOf("\n"), length };
}

/** The end of a text. */
export function endOf(text: string): Range {
  return { start: text.length, end: text.length };
}
