import { isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import { label, labelExpected, labelHint } from "../lib/label.ts";
import { shorten, visible } from "../lib/text.ts";
import { type Member, type Range, rangeOf, textOf } from "./nodes.ts";
import type { Report } from "./report.ts";
import { looksSealed, parseSealed } from "./sealed-text.ts";

/** One line of the file. */
export type Entry = {
  readonly name: string;
  /** In the file as it is kept: `ENC[…]`, or `""` for the empty text, which sops leaves as it is. While it is edited: the value. */
  readonly text: string;
  /** Where the text stands. */
  readonly range: Range;
};

/** The secrets among the members of a file whose values are sealed, or open; those with problems are reported and left out. */
export function readEntries(members: readonly Member[], are: "sealed" | "open", report: Report): Entry[] {
  const seen = new Set<string>();
  return members.flatMap((member) => {
    const { key, value } = member;
    if (!isNamed(member, seen, report)) return [];
    seen.add(key);
    const text = readText(member, are, report);
    return text === undefined || value === null ? [] : [{ name: key, text, range: rangeOf(value) }];
  });
}

function isNamed({ key, keyRange }: Member, seen: ReadonlySet<string>, report: Report): boolean {
  const name = shorten(visible(key), 64);
  if (seen.has(key))
    report("SECRET_TWICE", keyRange, `expected each secret once, got ${name} again`, { hint: "remove one of the two" });
  else if (key === "sops")
    report("SECRET_NAME", keyRange, "expected another name, got sops, under which the keys are kept", {
      hint: "sops-token would do",
    });
  else if (!label.test(key)) {
    const hint = labelHint(key);
    report("SECRET_NAME", keyRange, `expected ${labelExpected}, got "${name}"`, hint === undefined ? {} : { hint });
  } else return true;
  return false;
}

function readText({ key, keyRange, value }: Member, are: "sealed" | "open", report: Report): string | undefined {
  const text = textOf(value);
  const range = value === null ? keyRange : rangeOf(value);
  if (text === undefined)
    report("SECRET_FORM", range, `expected a text for ${key}, got ${formOf(value)}`, hintOf(value));
  else if (are === "open" || isSealed(key, text, range, report)) return text;
  return undefined;
}

function isSealed(name: string, text: string, range: Range, report: Report): boolean {
  if (text === "" || parseSealed(text) !== undefined) return true;
  if (!looksSealed(text))
    report("SECRET_UNSEALED", range, `expected a sealed text for ${name}, got an open one`, {
      hint: `take it out and run freehold secrets set ${name}; whoever has seen the file knows it, so take a new one`,
    });
  else if (!text.startsWith("ENC[AES256_GCM,"))
    report("SECRET_CIPHER", range, `expected ${name} sealed by AES256_GCM, got another cipher`, {
      hint: "seal it with sops 3 or with freehold",
    });
  else
    report("SECRET_DAMAGED", range, `expected a whole sealed text for ${name}, got a cut or changed one`, {
      hint: `bring back the last version of secrets.yaml, or run freehold secrets set ${name}`,
    });
  return false;
}

function formOf(value: Node | null): string {
  if (isMap(value)) return "a map";
  if (isSeq(value)) return "a list";
  if (isAlias(value)) return "an alias";
  return "nothing";
}

function hintOf(value: Node | null): { readonly hint: string } {
  if (isScalar(value) || value === null) return { hint: 'write "" for the empty text, or remove the line' };
  return { hint: "a secret is one text under one name: give each part of it a name of its own" };
}
