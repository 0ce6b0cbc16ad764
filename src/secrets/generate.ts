import { generateKeyPair, randomInt } from "node:crypto";
import { promisify } from "node:util";

/** Letters and digits that nobody takes for one another when reading them out. */
const alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const length = 24;

/** A new password: 24 characters of 56, which is 139 bits. */
export function generatePassword(): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

const keyKinds = { "rsa-2048": { modulusLength: 2048 } } as const;

/** A new private key, as PEM (PKCS #8). What every mail server can check are 2048 bits of RSA (RFC 8301, section 3.2). */
export async function generateKey(kind: keyof typeof keyKinds): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", keyKinds[kind]);
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
