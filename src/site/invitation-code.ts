import { createHash, randomBytes } from "node:crypto";

/** Crockford's base 32 in lower case: no i, l, o, u, so that what is read aloud or off paper is typed right. */
const letters = "0123456789abcdefghjkmnpqrstvwxyz";

/** 140 bits. */
const length = 28;

/** A new code in groups, as it is handed to a person: `7k3m-92qa-…`. */
export function newInvitationCode(): string {
  const code = [...randomBytes(length)].map((byte) => letters.charAt(byte % letters.length)).join("");
  return code.replaceAll(/.{4}(?=.)/g, "$&-");
}

/**
 * The digest that people.yaml has of a code: hex SHA-256 over its 28 letters. However a person typed it: in capitals, without dashes,
 * with o for 0. Undefined for what cannot be a code.
 */
export function invitationDigest(typed: string): string | undefined {
  if (typed.length > 2 * length) return undefined;
  const code = typed.toLowerCase().replaceAll(/[\s-]/g, "").replaceAll("o", "0").replaceAll(/[il]/g, "1");
  const isCode = code.length === length && [...code].every((letter) => letters.includes(letter));
  return isCode ? createHash("sha256").update(code).digest("hex") : undefined;
}
