import { stringify } from "yaml";

/** Names that YAML of any age would read as something else than text. */
const special = /^(?:true|false|yes|no|on|off|null|y|n)$/;

/** A name as the key of a line. */
export function keyText(name: string): string {
  return /^[a-z]/.test(name) && !special.test(name) ? name : `"${name}"`;
}

/** Lines of blanks alone, and blanks before the first word: as a block of lines they would not come back as they were. */
const blanks = /^[ \t]+$|(?<![\s\S])\s/m;

/**
 * A text as the value of a line of the top level, without the end of its last line: on further lines when it has several that come
 * back as they were, and the layout allows.
 */
export function valueText(text: string, layout: "lines" | "one line"): string {
  if (text.includes("\n") && (layout === "one line" || blanks.test(text))) return JSON.stringify(text); // which is YAML as well
  return stringify({ k: text }, { lineWidth: 0 }).slice("k: ".length, -1);
}

/** A sealed text as the value of a line. */
export function sealedText(sealed: string): string {
  return sealed === "" ? '""' : sealed;
}
