/** The longest text of a TXT record that we take: a key of 4,096 bits is a fifth of it. */
const longest = 4096;

/**
 * The text of a TXT record: written as it is, or as strings in quotes as zone files have them, which are put together
 * (RFC 1035, section 5.1: `\"`, `\\` and `\DDD` in them). Undefined unless it is 1 to 4,096 bytes of printable ASCII.
 */
export function readDnsText(text: string): string | undefined {
  const plain = text.startsWith('"') ? unquoted(text) : text;
  return plain !== undefined && /^[\x20-\x7e]+$/.test(plain) && plain.length <= longest ? plain : undefined;
}

function unquoted(text: string): string | undefined {
  if (!/^(?:"(?:[^"\\]|\\(?:\d{3}|\D))*"\s*)+$/.test(text)) return undefined;
  const pieces = [...text.matchAll(/"((?:[^"\\]|\\(?:\d{3}|\D))*)"/g)].map(([, piece = ""]) => piece);
  return pieces
    .join("")
    .replaceAll(/\\(\d{3}|\D)/g, (_, escaped: string) =>
      /^\d/.test(escaped) ? String.fromCharCode(Number(escaped)) : escaped,
    );
}
