import type { Range } from "./nodes.ts";

/** A piece of a text that gets other words. */
export type Edit = { readonly range: Range; readonly text: string };

/** The text with every edit done. They must not overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  const ordered = edits.toSorted((a, b) => b.range.start - a.range.start);
  return ordered.reduce((now, { range, text: words }) => {
    const last = now[range.end - 1] === "\n" && /[^\n]$/.test(words) ? "\n" : ""; // a block of lines ends behind its last one
    return now.slice(0, range.start) + words + last + now.slice(range.end);
  }, text);
}
