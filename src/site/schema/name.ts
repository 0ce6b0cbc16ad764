import { textLeaf } from "./leaf.ts";

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

/** The name of a site, a part, a port, a state or a person. */
export const name = textLeaf<string>({
  code: "NAME_INVALID",
  expected: labelExpected,
  json: { pattern: label.source },
  read: (text, refuse) => {
    if (label.test(text)) return text;
    const hint = labelHint(text);
    return refuse(hint === undefined ? {} : { hint });
  },
});

/** Names that services cannot have, and why. */
export const reservedNames: ReadonlyMap<string, string> = new Map([
  ["internet", "reach uses it for everything outside"],
  ["lan", "reach uses it for the network at home"],
  ["machine", "reach uses it for the machine itself"],
  ["front", "it is the front door's"],
  ["localhost", "programs use it for themselves"],
]);
