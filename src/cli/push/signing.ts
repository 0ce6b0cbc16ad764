import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execOrFail } from "../../lib/exec.ts";
import { readIfThere } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import { type AllowedKey, isKeyFault, readAllowedKey } from "../../source/allowed-key.ts";
import type { Git } from "../git.ts";

/** How commits of a checkout are signed from now on. */
export type Signing =
  /** By an SSH key, whose public half is in this file (as people write it); `made` just now. */
  | { readonly by: "ssh"; readonly key: AllowedKey; readonly file: string; readonly made: boolean }
  /** By the OpenPGP key that the person has set up for all their repositories. */
  | { readonly by: "openpgp"; readonly id: string };

/** Who signs, and where their keys are. */
export type Signatory = {
  readonly person: string;
  /** The person's home directory. */
  readonly userHome: string;
};

/** Keys that a person may have, the best first. */
const usual = ["id_ed25519", "id_ed25519_sk", "id_ecdsa", "id_ecdsa_sk", "id_rsa"];

/**
 * Has git sign every commit and tag of a checkout: as the person does everywhere, if they do; else by the first SSH key that they have; else by
 * one that is made, without a passphrase, for signing alone. git-config(1), gpg.format. Problems: `GIT_FAILED`, `PROGRAM_FAILED`.
 */
export async function setUpSigning(git: Git, { person, userHome }: Signatory): Promise<Signing> {
  const setting = async (name: string): Promise<string> => (await git.try(["config", "--get", name])).stdout.trim();
  const signs = (await git.try(["config", "--type=bool", "--get", "commit.gpgSign"])).stdout.trim() === "true";
  const format = await setting("gpg.format");
  const id = await setting("user.signingKey");
  if (signs && id !== "" && (format === "" || format === "openpgp")) return { by: "openpgp", id };
  const own = format === "ssh" && id !== "" ? await ownKey(id, person, userHome) : undefined;
  const found = own ?? (await usualKey(userHome, person)) ?? (await newKey(userHome, person));
  for (const [name, value] of [
    ["gpg.format", "ssh"],
    ["user.signingKey", found.id],
    ["commit.gpgSign", "true"],
    ["tag.gpgSign", "true"],
  ] as const)
    await git.ask(["config", name, value]);
  return { by: "ssh", key: found.key, file: inHome(found.id, userHome), made: found.made };
}

/** As people write it: `~/.ssh/id_ed25519.pub`. */
function inHome(path: string, userHome: string): string {
  return path.startsWith(`${userHome}/`) ? `~${path.slice(userHome.length)}` : path;
}

type Found = { readonly key: AllowedKey; readonly id: string; readonly made: boolean };

/** The key that the person names in git's settings: a file, of either half, or the key itself. */
async function ownKey(id: string, person: string, userHome: string): Promise<Found | undefined> {
  const path = id.startsWith("~/") ? join(userHome, id.slice(2)) : id;
  const text = /^(key::|ssh-)/.test(id) ? id.replace(/^key::/, "") : await publicHalf(path);
  return found(text, person, id);
}

async function usualKey(userHome: string, person: string): Promise<Found | undefined> {
  for (const name of usual) {
    const path = join(userHome, ".ssh", name);
    // who has the public half alone cannot sign
    if ((await readIfThere(path)) === undefined) continue;
    const key = found(await readIfThere(`${path}.pub`), person, `${path}.pub`);
    if (key !== undefined) return key;
  }
  return undefined;
}

async function newKey(userHome: string, person: string): Promise<Found> {
  const directory = join(userHome, ".ssh");
  const path = join(directory, "freehold_signing");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const comment = `${person}, signing only`;
  if ((await readIfThere(path)) === undefined)
    await execOrFail(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path]);
  const key = found(await readIfThere(`${path}.pub`), person, `${path}.pub`);
  return key === undefined ? notMade(path) : { ...key, made: true };
}

function notMade(path: string): never {
  return fail("SIGNING_KEY", `expected a public key in ${path}.pub, got none`, {
    hint: `mv ${path} ${path}.old, then run this again: a new one is made`,
  });
}

async function publicHalf(path: string): Promise<string | undefined> {
  return readIfThere(path.endsWith(".pub") ? path : `${path}.pub`);
}

function found(text: string | undefined, person: string, id: string): Found | undefined {
  if (text === undefined) return undefined;
  const key = readAllowedKey(text, person);
  return isKeyFault(key) ? undefined : { key, id, made: false };
}
