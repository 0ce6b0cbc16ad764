import { newDataKey, sealDataKey } from "../../src/secrets/data-key.ts";
import { newFile, wholeFile, withValues } from "../../src/secrets/seal.ts";
import type { SealedKey } from "../../src/secrets/sealed.ts";
import { placeOfName, sealText } from "../../src/secrets/sealed-text.ts";

type Values = Readonly<Record<string, string>>;

/** Texts sealed for one recipient, as a resource has them. */
export async function sealedFor(
  recipient: string,
  values: Values,
): Promise<{ readonly entries: Values; readonly keys: readonly SealedKey[] }> {
  const key = newDataKey();
  const entries = Object.entries(values).map(([name, text]) => [name, sealText(text, key, placeOfName(name))]);
  return { entries: Object.fromEntries(entries), keys: [await sealDataKey(key, recipient)] };
}

/** The text of a secrets.yaml with these values, sealed for these recipients. */
export async function secretsFile(recipients: readonly string[], values: Values): Promise<string> {
  const key = newDataKey();
  const empty = await newFile(key, recipients, Date.now());
  return withValues(wholeFile(empty), { key, values: new Map() }, new Map(Object.entries(values)), Date.now());
}
