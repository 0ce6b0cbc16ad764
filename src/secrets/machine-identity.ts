import { randomBytes } from "node:crypto";
import { link, mkdir, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isErrno, readIfThere } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";
import { recipientOf, secretsIn } from "./age-key.ts";

/** A key file, by what may be said of it. */
export type KeyFile = {
  readonly path: string;
  readonly recipient: string;
  /** Whether it was made just now. */
  readonly made: boolean;
};

/** Where the machine's own key of age is. */
export function machineKeyFile(root: string): string {
  return join(root, "keys/age.txt");
}

/** The machine's own key, made when there is none. Problem: `KEY_FILE`. */
export function machineIdentity(root: string): Promise<KeyFile> {
  return keyFile(machineKeyFile(root));
}

/**
 * The first key of a file in age-keygen's form. When there is no such file it is made, readable by its owner alone, in a
 * directory likewise; one that is there is never changed. Problem: `KEY_FILE` when it holds no key.
 */
export async function keyFile(path: string): Promise<KeyFile> {
  const held = await readIfThere(path);
  if (held !== undefined) return { path, recipient: await recipientIn(path, held), made: false };
  const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
  const secret = await generateX25519Identity();
  const recipient = await identityToRecipient(secret);
  const text = `# created: ${new Date().toISOString().replace(/\.\d+/, "")}\n# public key: ${recipient}\n${secret}\n`;
  await mkdir(dirname(dirname(path)), { recursive: true, mode: 0o711 });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return (await writeNew(path, text)) ? { path, recipient, made: true } : keyFile(path);
}

/** Makes a file whole or not at all; false when there is one. */
async function writeNew(path: string, text: string): Promise<boolean> {
  const beside = `${path}.${randomBytes(6).toString("hex")}.new`;
  try {
    const file = await open(beside, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(beside, path);
    return true;
  } catch (thrown) {
    if (isErrno(thrown, "EEXIST")) return false;
    throw thrown;
  } finally {
    await rm(beside, { force: true });
  }
}

async function recipientIn(path: string, text: string): Promise<string> {
  const recipients = await Promise.all(secretsIn(text).map(recipientOf));
  return (
    recipients[0] ??
    fail("KEY_FILE", `expected a key of age in ${path}, got something else`, {
      hint: "bring back your copy of it; without one, move it away: the next freehold secrets set makes another",
    })
  );
}
