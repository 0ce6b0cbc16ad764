import type { NeededRecord } from "../features/records.ts";

/** Stands in a zone file for what a person must fill in. */
export const unknownAddress = "ADDRESS";

/** The most that one string of a TXT record can hold (RFC 1035, section 3.3.14). */
const longestString = 255;

/** A record's name, class, type and value as a zone file has them (RFC 1035, section 5.1); names end in a dot. */
export function zoneCells({ name, type, value }: NeededRecord): readonly [string, string, string, string] {
  return [`${name}.`, "IN", type, value === undefined ? unknownAddress : zoneValue(type, value)];
}

function zoneValue(type: NeededRecord["type"], value: string): string {
  if (type === "TXT") return strings(value).join(" ");
  if (type !== "CNAME" && type !== "MX" && type !== "SRV") return value;
  return value.endsWith(".") ? value : `${value}.`;
}

/** A text in pieces, each in quotes. */
function strings(text: string): string[] {
  const pieces = text.match(new RegExp(`.{1,${longestString}}`, "g")) ?? [];
  return pieces.map((piece) => `"${piece.replaceAll(/["\\]/g, "\\$&")}"`);
}
