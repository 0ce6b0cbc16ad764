import { parseDocument } from "yaml";
import { membersOf, rangeOf } from "./nodes.ts";
import { reading } from "./root.ts";

/** A secret in an open text: its own lines, and those above it that belong to no other. */
export type Segment = { readonly name: string; readonly head: string; readonly body: string };

/** An open text, cut up at its secrets. */
export type Segments = { readonly entries: readonly Segment[]; readonly tail: string };

/** Cuts an open text up. It is known to be a map with a line, or some, for each secret. */
export function segmentsOf(text: string): Segments {
  let end = 0;
  const entries = (membersOf(parseDocument(text, reading).contents) ?? []).map(({ key, keyRange, value }): Segment => {
    const start = text.lastIndexOf("\n", keyRange.start) + 1;
    const head = text.slice(end, start);
    end = endOfLine(text, value === null ? keyRange.end : rangeOf(value).end);
    return { name: key, head, body: text.slice(start, end) };
  });
  return { entries, tail: text.slice(end) };
}

/** The offset behind the line in which something ends; a block of lines has its last line's end already. */
function endOfLine(text: string, at: number): number {
  if (text[at - 1] === "\n") return at;
  const newline = text.indexOf("\n", at);
  return newline < 0 ? text.length : newline + 1;
}

/** The lines above a secret, merged: comments that one side added or took away, and the rest as we have it. */
export function mergeHeads(base: string, ours: string, theirs: string): string {
  const [were, here, there] = [base, ours, theirs].map((text) => new Set(text.split("\n").filter(isComment)));
  const kept = ours.split("\n").filter((line) => !isComment(line) || !were?.has(line) || there?.has(line));
  const added = [...(there ?? [])].filter((line) => !were?.has(line) && !here?.has(line));
  const last = kept.pop() ?? ""; // what stands behind the last end of a line: nothing
  return [...kept, ...added, last].join("\n");
}

/** Of the lines above a secret those that may stand anywhere: comments and empty ones. */
export function movable(head: string): string {
  return head
    .split(/(?<=\n)/)
    .filter((line) => line.trim() === "" || isComment(line))
    .join("");
}

function isComment(line: string): boolean {
  return line.trimStart().startsWith("#");
}
