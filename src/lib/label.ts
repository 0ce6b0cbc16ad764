/** A DNS label as RFC 1123 has it, in lower case. */
export const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is expected where a name stands. */
export const labelExpected = "a name of lower-case letters, digits and inner dashes, at most 63";

/** The nearest text that is a name; undefined when nothing is left of it. */
export function asLabel(text: string): string | undefined {
  const mended = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{Mark}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
  return mended === "" ? undefined : mended;
}

/** A hint towards the nearest name that would do; undefined when there is none. */
export function labelHint(text: string): string | undefined {
  const mended = asLabel(text);
  return mended === undefined ? undefined : `${mended} would do`;
}
