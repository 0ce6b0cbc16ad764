/** A name as a zone file has it: in full with a dot at its end, else relative to the site's domain, which is `@`. */
export type ZoneName = { readonly text: string; readonly full: boolean };

/** Labels of a record's name: as of hosts, and with `_` in front as services have it (RFC 8552). */
const ownerLabel = /^_?[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/;
const hostLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The name of a record: labels, one of them a star in front (RFC 4592), or `@`; undefined for what is none. */
export function readOwnerName(text: string): ZoneName | undefined {
  return readName(text, (label, index) => ownerLabel.test(label) || (label === "*" && index === 0));
}

/** The host that a record leads to; `.` stands for nothing (RFC 7505; RFC 2782). */
export function readTarget(text: string): ZoneName | undefined {
  if (text === ".") return { text: ".", full: true };
  return readName(text, (label) => hostLabel.test(label));
}

/** The name in full, without a dot at its end. */
export function inFull({ text, full }: ZoneName, domain: string): string {
  if (full) return text;
  return text === "@" ? domain : `${text}.${domain}`;
}

function readName(text: string, isLabel: (label: string, index: number) => boolean): ZoneName | undefined {
  const lower = text.toLowerCase();
  if (lower === "@") return { text: "@", full: false };
  const full = lower.endsWith(".");
  const name = full ? lower.slice(0, -1) : lower;
  return name.length <= 253 && name.split(".").every(isLabel) ? { text: name, full } : undefined;
}
