import { type Problem, problem } from "../lib/problem.ts";
import { commentsIn, openComment, sealComments } from "./comments.ts";
import type { SecretsFile } from "./document.ts";
import { type Edit, edited } from "./edits.ts";
import { readEntries } from "./entries.ts";
import { membersOf, placeOf } from "./nodes.ts";
import type { OpenFile } from "./open.ts";
import type { Report } from "./report.ts";
import { asRead, readRoot } from "./root.ts";
import { withDigest } from "./seal.ts";
import { placeOfName, sealText } from "./sealed-text.ts";
import { sealedText } from "./yaml-text.ts";

/** An open file that was sealed again; or what is wrong with it, with places in the open text. */
export type Resealed =
  | { readonly text: string; readonly values: ReadonlyMap<string, string> }
  | { readonly problems: readonly Problem[] };

/** A file, and what it opens to. */
export type Opened = OpenFile & { readonly file: SecretsFile };

/**
 * Seals what a person made of an open text of the file. Values and comments that did not change keep their sealed texts, and so do
 * those that stand alike in `others`, which are sealed with the same data key; all else is sealed anew, comments too, as sops does it.
 */
export function reseal(
  file: SecretsFile,
  { key, values }: OpenFile,
  written: string,
  now: number,
  others: readonly Opened[] = [],
): Resealed {
  const text = withLastNewline(asRead(written));
  const problems: Problem[] = [];
  const report: Report = (code, range, message, rest = {}) =>
    void problems.push(problem(code, message, { ...rest, place: placeOf(text, range) }));
  const root = readRoot(text, "a line NAME: VALUE", "put a value that means something in YAML into quotes", report);
  const entries = readEntries(membersOf(root) ?? [], "open", report);
  if (problems.length > 0) return { problems };
  const all = [{ file, key, values }, ...others];
  const edits = entries.map(({ name, text: value, range }): Edit => {
    const same = all.find((it) => it.values.get(name) === value)?.file.entries.find((entry) => entry.name === name);
    return { range, text: sealedText(same?.text ?? sealText(value, key, placeOfName(name))) };
  });
  const held = new Map(all.toReversed().flatMap((it) => [...heldComments(it.file.text, key)]));
  const comments = sealComments(text, key, held);
  const next = new Map(entries.map((entry) => [entry.name, entry.text]));
  return { text: withDigest(edited(text, [...edits, ...comments]) + sopsOf(file), key, next, now), values: next };
}

/** The sealed comments of a file by their words. */
function heldComments(text: string, key: Uint8Array): ReadonlyMap<string, string> {
  return new Map(
    commentsIn(text).flatMap(({ words }) => {
      const open = openComment(words, key);
      return open === undefined ? [] : [[open, words] as const];
    }),
  );
}

function withLastNewline(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function sopsOf({ text, sops }: SecretsFile): string {
  return `${text.slice(sops.start, sops.end).trimEnd()}\n`;
}
