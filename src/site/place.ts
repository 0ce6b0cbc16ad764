import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Place, Problem } from "../lib/problem.ts";
import { problem } from "../lib/problem.ts";
import { editDistance, visible } from "../lib/text.ts";
import type { Mistake } from "./mistake.ts";
import { type Path, pathText } from "./path.ts";
import type { Range, Source } from "./source.ts";

/** Lines longer than this are not shown. */
const longest = 240;

/** The mistake with its place. A mistake about something absent stands at what it should be in. */
export function located(source: Source, mistake: Mistake): Problem {
  const { code, path, at = "value", message, secret, ...rest } = mistake;
  const written = pathText(path);
  const { source: line, ...place } = placeOf(source, rangeOf(source, path, at));
  return problem(code, message, {
    ...rest,
    place: line === undefined || secret === true ? place : { ...place, source: line },
    ...(written === "" ? {} : { path: visible(written) }),
  });
}

/** The place of a range: its first line, and as much of it as stands there. The end of a file is where its last word ends. */
export function placeOf({ file, text }: Pick<Source, "file" | "text">, { start, end }: Range): Place {
  const from = start < text.length ? Math.max(0, start) : text.trimEnd().length;
  const lineStart = text.lastIndexOf("\n", from - 1) + 1;
  const nextLine = text.indexOf("\n", from);
  const lineEnd = nextLine < 0 ? text.length : nextLine;
  const length = Math.max(1, Math.min(end, lineEnd) - from);
  const place = { file, line: lineOf(text, lineStart), column: from - lineStart + 1, length };
  if (lineEnd - lineStart > longest) return place;
  return { ...place, source: sourceLine(file, text.slice(lineStart, lineEnd)), ...lineBefore(file, text, lineStart) };
}

/** The line above, unless it is empty, too long, or not there. */
function lineBefore(file: string, text: string, lineStart: number): { readonly before?: string } {
  const line = text.slice(text.lastIndexOf("\n", lineStart - 2) + 1, Math.max(0, lineStart - 1));
  return lineStart < 2 || line.trim() === "" || line.length > longest ? {} : { before: sourceLine(file, line) };
}

/** Whether anything stands at a path. */
export function isWritten({ root }: Source, path: Path): boolean {
  let node: Node | null = root;
  for (const step of path) {
    const found = child(node, step);
    if (found === undefined) return false;
    node = found.value;
  }
  return true;
}

/** The line, from 1, on which the value at a path stands, or its key where it has none. */
export function lineAt(source: Source, path: Path): number {
  const { text } = source;
  return lineOf(text, text.lastIndexOf("\n", rangeOf(source, path, "value").start - 1) + 1);
}

function lineOf(text: string, lineStart: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < lineStart; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** Passwords of people are never shown, whatever is wrong with their line, and however their key is misspelt. */
function sourceLine(file: string, line: string): string {
  const shown = visible(line.replaceAll("\t", " "));
  if (file !== "people.yaml") return shown;
  for (const { 0: all, 1: key = "", index } of shown.matchAll(/([\w-]+)["']?\s*:\s*/g)) {
    if (!/^(?:pass|pw)/i.test(key) && editDistance(key.toLowerCase(), "password") > 3) continue;
    const from = index + all.length;
    return shown.slice(0, from) + "•".repeat(shown.length - from);
  }
  return shown;
}

/** Where the value (or key) at a path stands; where nothing does, what it should stand in. */
export function rangeOf({ root, text }: Source, path: Path, at: "key" | "value"): Range {
  let node: Node | null = root;
  let range: Range = root?.range ? { start: root.range[0], end: root.range[1] } : { start: 0, end: text.length };
  for (const [index, step] of path.entries()) {
    const found = child(node, step);
    if (found === undefined) return range;
    const key = found.key?.range;
    const value = found.value?.range;
    const wantsKey = key && (!value || value[0] === value[1] || (at === "key" && index === path.length - 1));
    if (wantsKey) range = { start: key[0], end: key[1] };
    else if (value) range = { start: value[0], end: value[1] };
    node = found.value;
  }
  return range;
}

/** What stands under one step. Aliases are not followed: they are what the person wrote there. */
function child(node: Node | null, step: string | number): { key: Node | null; value: Node | null } | undefined {
  if (isSeq<Node>(node) && typeof step === "number") {
    const value = node.items[step];
    return value === undefined ? undefined : { key: null, value };
  }
  if (!isMap<Node, Node | null>(node) || isAlias(node)) return undefined;
  const pair = node.items.find((item) => keyText(item) === String(step));
  return pair === undefined ? undefined : { key: pair.key, value: pair.value };
}

/** The text of a pair's key; undefined for a key that is not text. */
export function keyText(pair: Pair<Node, Node | null>): string | undefined {
  return isScalar(pair.key) && typeof pair.key.value === "string" ? pair.key.value : undefined;
}
