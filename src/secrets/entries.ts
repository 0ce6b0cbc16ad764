import { isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import { label, labelExpected, labelHint } from "../lib/label.ts";
import { shorten, visible } from "../lib/text.ts";
import { type Member, type Range, rangeOf, textOf } from "./nodes.ts";
import type { Report } from "./report.ts";
import { looksSealed, parseSealed } from "./sealed-text.ts";

/** One secret of the file. */
export type Entry = {
  readonly name: string;
  /** `ENC[…]`, or `""` for the empty text, which sops leaves as it is. */
  readonly sealed: string;
  /** Where the sealed text stands. */
  readonly range: Range;
};

/** The secrets among the members of the file, in order; those with problems are reported and left out. */
export function readEntries(members: readonly Member[], report: Report): Entry[] {
  const seen = new Set<string>();
  return members.flatMap((member) => {
    const { key, keyRange, value } = member;
    const name = shorten(visible(key), 64);
    if (seen.has(key)) {
      report("SECRET_TWICE", keyRange, `expected each secret once, got ${name} again`, {
        hint: "remove one of the two",
      });
      return [];
    }
    seen.add(key);
    if (!label.test(key)) {
      const hint = labelHint(key);
      report("SECRET_NAME", keyRange, `expected ${labelExpected}, got "${name}"`, hint === undefined ? {} : { hint });
      return [];
    }
    const sealed = readValue(member, report);
    return sealed === undefined || value === null ? [] : [{ name: key, sealed, range: rangeOf(value) }];
  });
}

function readValue({ key, keyRange, value }: Member, report: Report): string | undefined {
  const text = textOf(value);
  const range = value === null ? keyRange : rangeOf(value);
  if (text === undefined) report("SECRET_FORM", range, `expected a sealed text for ${key}, got ${formOf(value)}`, flat);
  else if (text === "" || parseSealed(text) !== undefined) return text;
  else if (!looksSealed(text))
    report("SECRET_UNSEALED", range, `expected a sealed text for ${key}, got an open one`, {
      hint: `take it out and run freehold secrets set ${key}; whoever has seen the file knows it, so take a new one`,
    });
  else if (!text.startsWith("ENC[AES256_GCM,"))
    report("SECRET_CIPHER", range, `expected ${key} sealed by AES256_GCM, got another cipher`, {
      hint: "seal it with sops 3 or with freehold",
    });
  else
    report("SECRET_DAMAGED", range, `expected a whole sealed text for ${key}, got a cut or changed one`, {
      hint: `bring back the last version of secrets.yaml, or run freehold secrets set ${key}`,
    });
  return undefined;
}

const flat = { hint: "a secret is one text under one name: give each part of it a name of its own" };

function formOf(value: Node | null): string {
  if (isMap(value)) return "a map";
  if (isSeq(value)) return "a list";
  if (isAlias(value)) return "an alias";
  return isScalar(value) || value === null ? "nothing" : "something else";
}
