import { createHash, timingSafeEqual } from "node:crypto";
import { fail } from "../lib/problem.ts";
import { openDataKey } from "./data-key.ts";
import type { SecretsFile } from "./document.ts";
import type { Identities } from "./identities.ts";
import type { Metadata } from "./metadata.ts";
import type { SealedSecrets } from "./sealed.ts";
import { openSealed, parseSealed, placeOfName } from "./sealed-text.ts";

/**
 * The texts of some secrets by name. Each is authenticated with its name; that none is missing can be seen only with the whole
 * file: {@link openFile}. Problems: `SECRETS_LOCKED`, `SECRET_DAMAGED`.
 */
export async function openValues(sealed: SealedSecrets, identities: Identities): Promise<ReadonlyMap<string, string>> {
  const entries = Object.entries(sealed.values);
  if (entries.length === 0) return new Map();
  const key = await openDataKey(sealed.keys, identities);
  return new Map(entries.map(([name, text]) => [name, openNamed(name, text, key).text]));
}

/** A whole file, opened. */
export type OpenFile = { readonly key: Uint8Array; readonly values: ReadonlyMap<string, string> };

/**
 * Opens a whole file and checks that it is as it was sealed: every value, their number and their order.
 * Problems: `SECRETS_LOCKED`, `SECRET_DAMAGED` (which value), `SECRETS_TAMPERED`.
 */
export async function openFile(file: SecretsFile, identities: Identities): Promise<OpenFile> {
  return openFileWith(file, await openDataKey(file.metadata.keys, identities));
}

/** The same with the data key. Problems: `SECRET_DAMAGED`, `SECRETS_TAMPERED`. */
export function openFileWith(file: SecretsFile, key: Uint8Array): OpenFile {
  const opened = openEntries(file, key);
  const expected = openMac(file.metadata, key);
  const got = Buffer.from(digestOf(file, key));
  if (expected === undefined || expected.length !== got.length || !timingSafeEqual(expected, got)) tampered();
  return { key, values: new Map(opened.map(({ name, text }) => [name, text])) };
}

/**
 * The digest over all values of a file in their order, in the form of sops: SHA-512 in upper-case hex. Problem: `SECRET_DAMAGED`.
 */
export function digestOf(file: SecretsFile, key: Uint8Array): string {
  const hash = createHash("sha512");
  if (file.metadata.macOnlyEncrypted) hash.update(onlyEncrypted);
  for (const { bytes } of openEntries(file, key)) hash.update(bytes);
  return hash.digest("hex").toUpperCase();
}

function openEntries({ entries }: SecretsFile, key: Uint8Array) {
  return entries.map(({ name, text }) => ({ name, ...openNamed(name, text, key) }));
}

/** With what sops begins the digest that leaves out what is not sealed (sops.go, MACOnlyEncryptedInitialization). */
export const onlyEncrypted = Buffer.from("8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69", "hex");

function openMac({ mac, lastModified }: Metadata, key: Uint8Array): Buffer | undefined {
  const sealed = parseSealed(mac);
  return sealed && openSealed(sealed, key, lastModified);
}

/** The bytes that were sealed, and the text that they are: sops writes `True` for what stands as `true` in an open file. */
function openNamed(name: string, text: string, key: Uint8Array): { readonly bytes: Buffer; readonly text: string } {
  if (text === "") return { bytes: Buffer.alloc(0), text };
  const sealed = parseSealed(text);
  const bytes = sealed && openSealed(sealed, key, placeOfName(name));
  if (bytes === undefined) return damaged(name);
  const opened = decode(name, bytes);
  return { bytes, text: sealed?.type === "bool" ? opened.toLowerCase() : opened };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(name: string, bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    return fail("SECRET_DAMAGED", `expected text in the secret ${name}, got other bytes`, {
      hint: `write it in base64, and let the service decode it: freehold secrets set ${name}`,
    });
  }
}

function damaged(name: string): never {
  return fail(
    "SECRET_DAMAGED",
    `expected the secret ${name} as it was sealed, got a changed text, or one of another name`,
    {
      hint: `bring back the last version of secrets.yaml, or run freehold secrets set ${name}`,
    },
  );
}

function tampered(): never {
  return fail(
    "SECRETS_TAMPERED",
    "expected secrets.yaml as it was sealed, got one from which values were taken, or put in another order, or added",
    {
      hint: "bring back the last version: git checkout secrets.yaml",
    },
  );
}
