import { stringify } from "yaml";

/** Names that YAML of any age would read as something else than text. */
const special = /^(?:true|false|yes|no|on|off|null|y|n)$/;

/** A name as the key of a line. */
export function keyText(name: string): string {
  return /^[a-z]/.test(name) && !special.test(name) ? name : `"${name}"`;
}

/**
 * A text as the value of a line of the top level, without the end of its last line: on further lines when it has several and the
 * layout allows.
 */
export function valueText(text: string, layout: "lines" | "one line"): string {
  const style = layout === "one line" && text.includes("\n") ? { defaultStringType: "QUOTE_DOUBLE" as const } : {};
  const line = stringify(
    { k: text },
    { lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER, ...style },
  );
  return line.slice("k: ".length, -1);
}

/** A sealed text as the value of a line. */
export function sealedText(sealed: string): string {
  return sealed === "" ? '""' : sealed;
}
