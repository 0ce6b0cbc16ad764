import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execBytes } from "../lib/exec-bytes.ts";
import { fail } from "../lib/problem.ts";
import type { AllowedKey } from "./allowed-key.ts";

/** What git needs to verify by some keys and no others. */
export type Keyring = {
  readonly config: readonly (readonly [string, string])[];
  readonly env: Readonly<Record<string, string>>;
  /** OpenPGP keys that gpg cannot read: whoever has one cannot sign with it, and nobody else is kept from it. */
  readonly unread: readonly AllowedKey[];
};

/**
 * Lays out some keys for git's tools, does something with them, and takes them away again. Each key's name there is its own fingerprint,
 * so nothing that a person chose ever stands in what the tools print.
 */
export async function withKeyring<Result>(
  keys: readonly AllowedKey[],
  work: (keyring: Keyring) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-keys-"));
  try {
    const allowed = join(directory, "allowed");
    const ssh = keys.filter(({ by }) => by === "ssh");
    await writeFile(allowed, ssh.map(({ key, text }) => `${key} namespaces="git" ${text}\n`).join(""), { mode: 0o600 });
    const home = join(directory, "gnupg");
    await mkdir(home, { mode: 0o700 });
    await writeFile(join(home, "gpg.conf"), gpgSettings);
    const openpgp = keys.filter(({ by }) => by === "openpgp");
    const unread = await importKeys(home, openpgp);
    return await work({
      unread,
      config: [
        ["gpg.ssh.allowedSignersFile", allowed],
        ["gpg.minTrustLevel", "fully"],
      ],
      env: { GNUPGHOME: home },
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Every key in it is one that we were given: who may sign is decided by fingerprint. Nothing is ever looked for elsewhere. gpg(1). */
const gpgSettings = `no-auto-key-retrieve
no-auto-key-locate
no-autostart
batch
no-tty
weak-digest SHA1
`;

/**
 * Resolves with those that gpg would not have. Each is trusted by its owner's word, as gpg calls it: without that a good signature is one of unknown
 * validity. (`trust-model always` would do for gpg 2.2; 2.4 then says nothing of validity at all.)
 */
async function importKeys(home: string, keys: readonly AllowedKey[]): Promise<AllowedKey[]> {
  const unread: AllowedKey[] = [];
  for (const key of keys) {
    if ((await gpg(home, ["--import"], `${key.text}\n`)) !== 0) unread.push(key);
  }
  const trusted = keys.map(({ key }) => `${key}:6:\n`).join("");
  if (keys.length > 0) await gpg(home, ["--import-ownertrust"], trusted);
  return unread;
}

async function gpg(home: string, words: readonly string[], input: string): Promise<number> {
  const { code } = await execBytes(["gpg", "--quiet", ...words], {
    input,
    env: { PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin", GNUPGHOME: home, HOME: home, LC_ALL: "C" },
    timeout: 20_000,
  });
  return code;
}

/** Problem: `SIGNER_INVALID`, for an OpenPGP key that gpg cannot read. */
export async function needReadable(key: AllowedKey): Promise<void> {
  const { unread } = await withKeyring([key], async (keyring) => keyring);
  if (unread.length > 0)
    fail("SIGNER_INVALID", `expected a key that gpg can read, got ${key.key}, which it cannot`, {
      hint: "export it anew: gpg --armor --export KEY",
    });
}
