import { parseDocument } from "yaml";
import { fail } from "../lib/problem.ts";
import { commentsIn, openComment } from "./comments.ts";
import type { SecretsFile } from "./document.ts";
import { type Edit, edited } from "./edits.ts";
import { membersOf, type Range, textOf } from "./nodes.ts";
import type { OpenFile } from "./open.ts";
import { reading } from "./root.ts";
import { parseSealed } from "./sealed-text.ts";
import { valueText } from "./yaml-text.ts";

/** The file as a person edits it: names, comments and their order as they are, values and sealed comments open, no part sops. */
export function openText(file: SecretsFile, { key, values }: OpenFile): string {
  const comments = commentsIn(file.text).flatMap(({ words, range }): Edit[] => {
    const text = openComment(words, key);
    return text === undefined || isIn(range, file.sops) ? [] : [{ range, text }];
  });
  const entries = file.entries.map(({ name, text: sealed, range }): Edit => {
    const type = parseSealed(sealed)?.type ?? "str";
    const text = values.get(name) ?? "";
    return { range, text: type === "str" ? valueText(text, layoutAt(file, range)) : text };
  });
  const text = edited(file.text, [...comments, ...entries, { range: file.sops, text: "" }]);
  return isOpen(text, values)
    ? text
    : fail("SECRETS_EDIT", "expected to write the values out as YAML", { kind: "bug" });
}

function isIn(inner: Range, outer: Range): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** Several lines need an end of the line behind the value, and names that begin at the margin. */
function layoutAt({ text }: SecretsFile, { start, end }: Range): "lines" | "one line" {
  const line = text.slice(text.lastIndexOf("\n", start) + 1, start);
  const rest = text.slice(end, text.indexOf("\n", end));
  return rest.trim() === "" && !/^\s/.test(line) ? "lines" : "one line";
}

function isOpen(text: string, values: ReadonlyMap<string, string>): boolean {
  const members = membersOf(parseDocument(text, reading).contents) ?? [];
  return members.length === values.size && members.every(({ key, value }) => textOf(value) === values.get(key));
}
