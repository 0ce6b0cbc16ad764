import { createHash } from "node:crypto";
import { readSshKey } from "../lib/ssh-key.ts";
import { readOpenPgpKey } from "./openpgp.ts";
import type { Signer } from "./revision.ts";

/** A key that may sign, with the name of whom it belongs to. */
export type AllowedKey = Signer & {
  /** What the tools read: `ssh-ed25519 AAAA…`, or an armoured OpenPGP public key. */
  readonly text: string;
};

/** Why a text is no key that may sign: what was expected, and what to do. Never repeats the text, which may be secret. */
export type KeyFault = {
  readonly is: "not a key" | "private" | "weak" | "several";
  readonly expected: string;
  readonly got: string;
  readonly hint: string;
};

const openPgpBegin = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

/** Characters of the longest text that is looked at: an OpenPGP key with a photograph is not what is meant. */
const longest = 65_536;

/**
 * Reads an entry of a list of signers: the line of an SSH public key with a name behind it, or an armoured OpenPGP public key. `name` wins
 * over what the key says of itself. Pure.
 */
export function readAllowedKey(text: string, name?: string): AllowedKey | KeyFault {
  const trimmed = text.trim();
  if (/PRIVATE KEY/.test(trimmed)) return privateKey;
  if (trimmed.length > longest) return { ...notKey, got: `${trimmed.length} characters` };
  if (!trimmed.startsWith(openPgpBegin)) return readSshLine(trimmed, name);
  const read = readOpenPgpKey(trimmed);
  if ("fault" in read)
    return read.fault === "private"
      ? privateKey
      : read.fault === "several"
        ? { ...notKey, is: "several", expected: "one OpenPGP key in each entry", got: "several" }
        : { ...notKey, expected: "an armoured OpenPGP public key", got: "one that cannot be read" };
  return {
    name: cleanName(name ?? read.user ?? read.fingerprint),
    key: read.fingerprint,
    by: "openpgp",
    text: trimmed,
  };
}

/** Whether reading gave the reason why there is no key. */
export function isKeyFault(read: AllowedKey | KeyFault): read is KeyFault {
  return "is" in read;
}

function readSshLine(line: string, name: string | undefined): AllowedKey | KeyFault {
  const [kind = "", encoded = "", ...comment] = line.split(/[ \t]+/);
  const read = /[\r\n]/.test(line) ? undefined : readSshKey(kind, encoded);
  if (read === undefined) return notKey;
  if (read === "cut") return { ...notKey, got: "a line that was cut or changed" };
  const bits = kind === "ssh-rsa" ? bitsOf(read.fields[2]) : leastBits;
  if (bits < leastBits)
    return { ...notKey, is: "weak", expected: `an RSA key of ${leastBits} bits or more`, got: `${bits} bits` };
  const blob = Buffer.from(encoded, "base64");
  const key = `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
  return { name: cleanName(name ?? (comment.join(" ") || key)), key, by: "ssh", text: `${kind} ${encoded}` };
}

/** Of an RSA key's modulus. */
const leastBits = 2048;

const notKey: KeyFault = {
  is: "not a key",
  expected: "an SSH public key with a name behind it, or an armoured OpenPGP public key",
  got: "something else",
  hint: "it is the one line in ~/.ssh/id_ed25519.pub, or what gpg --armor --export KEY prints",
};

const privateKey: KeyFault = {
  is: "private",
  expected: "a public key, which may be known",
  got: "a private key",
  hint: "remove it, make a new pair, and write the line of its .pub file",
};

function bitsOf(number: Buffer | undefined): number {
  const start = number?.findIndex((byte) => byte !== 0) ?? -1;
  if (number === undefined || start < 0) return 0;
  return (number.length - start) * 8 - Math.clz32(number[start] ?? 0) + 24;
}

/** A name as it can stand in a list: without control characters, at most 100 characters. */
function cleanName(name: string): string {
  return name
    .replace(/[\p{C}\s]+/gu, " ")
    .trim()
    .slice(0, 100);
}
