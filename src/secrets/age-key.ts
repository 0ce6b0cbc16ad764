/** The public half of a private key of age; undefined for what is none that can be used here (a plugin's, say). */
export async function recipientOf(secret: string): Promise<string | undefined> {
  if (!/^AGE-SECRET-KEY-(PQ-)?1[A-Z0-9]+$/.test(secret)) return undefined;
  const { identityToRecipient } = await import("age-encryption");
  try {
    return await identityToRecipient(secret);
  } catch (thrown) {
    if (thrown instanceof Error) return undefined; // its check sum is wrong; the words of the error hold the key itself
    throw thrown;
  }
}

/** Whether a text is a public key of age that can be sealed for. */
export async function isRecipient(text: string): Promise<boolean> {
  if (!/^age1[a-z0-9]+$/.test(text)) return false;
  const { Encrypter } = await import("age-encryption");
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error) return false;
    throw thrown;
  }
}

/** The private keys in a text of age-keygen's form: words, but for lines that begin with #. */
export function secretsIn(text: string): string[] {
  const words = text.split("\n").flatMap((line) => (line.startsWith("#") ? [] : line.split(/\s+/)));
  return words.filter((word) => word !== "");
}
