import { randomBytes } from "node:crypto";
import { fail } from "../lib/problem.ts";
import { visible } from "../lib/text.ts";
import type { Identities } from "./identities.ts";
import type { SealedKey } from "./sealed.ts";

/** A new data key, with which the values of one file are sealed. */
export function newDataKey(): Uint8Array {
  return randomBytes(32);
}

/** The data key, sealed for one recipient (`age1…`). The recipient has been checked. */
export async function sealDataKey(key: Uint8Array, recipient: string): Promise<SealedKey> {
  const { armor, Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return { recipient, sealed: `${armor.encode(await encrypter.encrypt(key)).trimEnd()}\n` };
}

/**
 * The data key, opened with the first identity that fits. Problems: `SECRETS_LOCKED` when none does, `SECRET_DAMAGED` when it
 * is sealed for one that is there and yet cannot be opened.
 */
export async function openDataKey(keys: readonly SealedKey[], identities: Identities): Promise<Uint8Array> {
  const own = new Set(identities.found.map(({ recipient }) => recipient));
  const likely = keys.toSorted((a, b) => Number(own.has(b.recipient)) - Number(own.has(a.recipient)));
  for (const { sealed } of identities.found.length === 0 ? [] : likely) {
    const key = await opened(sealed, identities);
    if (key?.length === 32) return key;
  }
  const damaged = keys.find(({ recipient }) => own.has(recipient));
  return damaged === undefined ? locked(keys, identities) : keyDamaged(damaged.recipient);
}

async function opened(sealed: string, { found }: Identities): Promise<Uint8Array | undefined> {
  const { armor, Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  for (const { secret } of found) decrypter.addIdentity(secret);
  try {
    return await decrypter.decrypt(armor.decode(sealed));
  } catch (thrown) {
    if (thrown instanceof Error) return undefined; // not for us, or no age file: the library has but sentences to tell them apart
    throw thrown;
  }
}

function locked(keys: readonly SealedKey[], { found, looked }: Identities): never {
  const recipients = keys.map(({ recipient }) => recipient);
  const got = found.length === 0 ? "no key at all" : "only keys that do not fit";
  return fail("SECRETS_LOCKED", `expected a key that opens secrets.yaml, got ${got}`, {
    hint: "bring your copy of one of these keys there; or have another key added: freehold secrets recipients says how",
    detail: [
      "it is sealed for:",
      ...recipients.map((recipient) => `  ${visible(recipient)}`),
      "keys are looked for in:",
      ...looked.map((place) => `  ${place}`),
    ],
  });
}

function keyDamaged(recipient: string): never {
  return fail("SECRET_DAMAGED", `expected the data key that is sealed for ${visible(recipient)}, got something else`, {
    hint: "bring back the last version of secrets.yaml: git checkout secrets.yaml",
  });
}
