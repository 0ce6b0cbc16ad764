import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Issued } from "./issue.ts";

const certificatePattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/;
const keyPattern = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n?/;

/** A certificate with its key, as they stand in one file. */
export type Pair = Issued & { readonly parsed: X509Certificate };

/** A certificate and its key as they are found, one behind the other; `text` is absent when there is none. Mode and owner are the key's. */
export type FoundPair = { readonly text?: string; readonly mode: number; readonly owner: number };

/** The text of the one file that holds both, so that they can only be replaced together. */
export function pairText({ certificate, key }: Issued): string {
  return certificate + key;
}

/** The certificate and the key in a text; absent unless both are whole and belong together. */
export function parsePair(text: string): Pair | undefined {
  const certificate = certificatePattern.exec(text)?.[0];
  const key = keyPattern.exec(text)?.[0];
  if (certificate === undefined || key === undefined) return undefined;
  try {
    const parsed = new X509Certificate(certificate);
    return parsed.checkPrivateKey(createPrivateKey(key)) ? { certificate, key, parsed } : undefined;
  } catch (thrown) {
    // OpenSSL throws for what it cannot decode: to us the file is damaged, which its caller says.
    if (thrown instanceof Error) return undefined;
    throw thrown;
  }
}
