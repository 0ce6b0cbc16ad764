import { createPrivateKey, createPublicKey } from "node:crypto";
import { fail } from "../lib/problem.ts";

/**
 * The public half of a private key (PEM) in base64, as DKIM records have it: SubjectPublicKeyInfo (RFC 6376, section 3.6.1; RFC 5280).
 * `name` is the secret's, for the problem: `SECRET_NO_KEY`.
 */
export function publicHalf(name: string, key: string): string {
  return createPublicKey(parsed(name, key)).export({ type: "spki", format: "der" }).toString("base64");
}

function parsed(name: string, key: string) {
  try {
    return createPrivateKey(key);
  } catch (thrown) {
    // What OpenSSL says of a text that it cannot decode helps nobody, and may repeat some of it.
    if (!(thrown instanceof Error)) throw thrown;
    return fail("SECRET_NO_KEY", `expected the secret ${name} to be a private key (PEM), got something else`, {
      hint: `freehold secrets set ${name} < key.pem`,
    });
  }
}
