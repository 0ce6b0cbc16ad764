import { createHash } from "node:crypto";

/** What a property list can hold, as far as profiles need it. */
export type Plist = string | number | boolean | Uint8Array | readonly Plist[] | { readonly [key: string]: Plist };

/** A property list in XML, as Apple's plist(5) describes it. */
export function plistText(value: Plist): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${element(value, "")}
</plist>
`;
}

/** Text between tags of XML; what XML 1.0 cannot hold (section 2.2) is left out. */
export function xmlText(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  );
}

function element(value: Plist, indent: string): string {
  if (typeof value === "string") return `${indent}<string>${xmlText(value)}</string>`;
  if (typeof value === "number") return `${indent}<integer>${value}</integer>`;
  if (typeof value === "boolean") return `${indent}<${value}/>`;
  if (value instanceof Uint8Array) return `${indent}<data>${Buffer.from(value).toString("base64")}</data>`;
  const inner = `${indent}  `;
  if (isList(value))
    return [`${indent}<array>`, ...value.map((one) => element(one, inner)), `${indent}</array>`].join("\n");
  const pairs = Object.entries(value).map(([key, one]) => `${inner}<key>${xmlText(key)}</key>\n${element(one, inner)}`);
  return [`${indent}<dict>`, ...pairs, `${indent}</dict>`].join("\n");
}

function isList(value: Plist): value is readonly Plist[] {
  return Array.isArray(value);
}

/** A UUID that is always the same for the same name (RFC 9562, version 8), so that a profile installed again replaces itself. */
export function stableUuid(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
