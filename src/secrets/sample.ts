import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { newDataKey } from "./data-key.ts";
import type { SecretsFile } from "./document.ts";
import type { Identities, Identity } from "./identities.ts";
import { type OpenFile, openFileWith } from "./open.ts";
import { newFile, wholeFile, withValues } from "./seal.ts";

/** When a test's files are written. */
export const noon = Date.UTC(2026, 10, 21, 12);

/** A new private key, as if it had been found somewhere. */
export async function sampleIdentity(): Promise<Identity> {
  const secret = await generateX25519Identity();
  return { secret, recipient: await identityToRecipient(secret), from: "a test" };
}

/** These keys and no others. */
export function only(...found: readonly Identity[]): Identities {
  return { found, looked: ["/var/lib/freehold/keys/age.txt", "SOPS_AGE_KEY"] };
}

/** A sealed file with these values for one new key. */
export async function sampleFile(
  values: Readonly<Record<string, string>>,
): Promise<{ readonly file: SecretsFile; readonly open: OpenFile; readonly identity: Identity }> {
  const identity = await sampleIdentity();
  const key = newDataKey();
  const empty = wholeFile(await newFile(key, [identity.recipient], noon));
  const file = wholeFile(withValues(empty, { key, values: new Map() }, new Map(Object.entries(values)), noon));
  return { file, open: openFileWith(file, key), identity };
}
