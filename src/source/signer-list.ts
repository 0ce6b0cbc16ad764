import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, readIfThere, writeAtomically } from "../lib/fs.ts";
import { makeWithPassages } from "../lib/passage.ts";
import { fail } from "../lib/problem.ts";
import { either } from "../lib/text.ts";
import { type AllowedKey, isKeyFault, readAllowedKey } from "./allowed-key.ts";

/**
 * The machine's list of who may sign, the root of trust: a file `signers`, a line each. SSH keys stand in it as in the files that
 * ssh-keygen(1) reads ("ALLOWED SIGNERS"), with the name behind; an OpenPGP key is a comment there with its fingerprint, and lies in
 * `keyring/FINGERPRINT.asc`. What is not in `signers` does not count. Problem: `SIGNERS_UNREADABLE`: a line that cannot be read is never
 * passed over, and so is a list that only root may read.
 */
export async function readSignerList(directory: string): Promise<readonly AllowedKey[]> {
  const path = join(directory, file);
  const text = await readOrRefused(path);
  const lines = (text ?? "").split("\n").map((line) => line.trim());
  const keys: AllowedKey[] = [];
  for (const [index, line] of lines.entries()) {
    const [, fingerprint = "", name = ""] = /^#openpgp ([0-9A-F]{40,64})(?: (.*))?$/.exec(line) ?? [];
    if (fingerprint !== "") keys.push(await openPgpEntry(directory, fingerprint, name));
    else if (line !== "" && !line.startsWith("#")) keys.push(sshEntry(line, `${path}:${index + 1}`));
  }
  return keys;
}

/** Lets somebody sign. A key that is there already gets the new name, and as an OpenPGP key its new terms. */
export async function addSigner(directory: string, key: AllowedKey): Promise<"new" | "known"> {
  const before = await readSignerList(directory);
  const others = before.filter((one) => one.key !== key.key);
  await writeSignerList(directory, [...others, key]);
  return others.length === before.length ? "new" : "known";
}

/** Whom a name or a fingerprint (or its beginning, of 8 characters or more) means. Problems: `SIGNER_UNKNOWN`, `SIGNER_AMBIGUOUS`. */
export function findSigner(keys: readonly AllowedKey[], word: string): AllowedKey {
  const bare = word.replace(/^(SHA256:|0x)/i, "");
  const byKey = (key: string): boolean => bare.length >= 8 && key.replace(/^SHA256:/, "").startsWith(bare);
  const found = keys.filter(({ name, key }) => name === word || key === word || byKey(key));
  const [one, other] = found;
  if (one === undefined)
    return fail("SIGNER_UNKNOWN", `expected a name or a fingerprint of the machine's list, got "${word}"`, {
      hint: "freehold signers list says both",
    });
  if (other !== undefined)
    return fail("SIGNER_AMBIGUOUS", `expected one key, got "${word}", which means ${found.length}`, {
      hint: `use ${either(found.map(({ key }) => key))}`,
    });
  return one;
}

/** Takes somebody from the list. What that key has signed before and was accepted stays accepted. */
export async function removeSigner(directory: string, key: AllowedKey): Promise<void> {
  const keys = await readSignerList(directory);
  await writeSignerList(
    directory,
    keys.filter((one) => one.key !== key.key),
  );
}

const file = "signers";
const opening = "# Who may sign what this machine runs. Written by freehold signers; OpenPGP keys lie in keyring/.\n";

/** Keys first, the list last: it is what counts. */
async function writeSignerList(directory: string, keys: readonly AllowedKey[]): Promise<void> {
  const keyring = join(directory, "keyring");
  await makeWithPassages(directory);
  await mkdir(keyring, { recursive: true, mode: 0o700 });
  const openpgp = keys.filter(({ by }) => by === "openpgp");
  for (const { key, text } of openpgp) await writeAtomically(join(keyring, `${key}.asc`), `${text}\n`, 0o600);
  const lines = keys.map(({ name, key, by, text }) =>
    by === "openpgp" ? `#openpgp ${key} ${name}` : `${principalOf(name)} namespaces="git" ${text} ${name}`,
  );
  await writeAtomically(join(directory, file), [opening, ...lines.map((line) => `${line}\n`)].join(""), 0o600);
  const kept = new Set(openpgp.map(({ key }) => `${key}.asc`));
  for (const name of await readdir(keyring))
    if (name.endsWith(".asc") && !kept.has(name)) await rm(join(keyring, name));
}

/** A name as ssh-keygen takes it, for those who read the list with it: without pattern characters. */
function principalOf(name: string): string {
  return name.replace(/[^A-Za-z0-9._@+-]+/g, "_") || "_";
}

function sshEntry(line: string, place: string): AllowedKey {
  const [, principal = "", kind = "", encoded = "", name = ""] =
    /^(\S+)[ \t]+(?:namespaces="git"[ \t]+)?(\S+)[ \t]+(\S+)(?:[ \t]+(.*))?$/.exec(line) ?? [];
  const read = readAllowedKey(`${kind} ${encoded}`, name || principal);
  return isKeyFault(read) ? unreadable(place, read.expected) : read;
}

async function openPgpEntry(directory: string, fingerprint: string, name: string): Promise<AllowedKey> {
  const path = join(directory, "keyring", `${fingerprint}.asc`);
  const read = readAllowedKey((await readOrRefused(path)) ?? "", name || undefined);
  return isKeyFault(read) || read.key !== fingerprint ? unreadable(path, `the OpenPGP key ${fingerprint}`) : read;
}

async function readOrRefused(path: string): Promise<string | undefined> {
  try {
    return await readIfThere(path);
  } catch (cause) {
    if (!isErrno(cause, "EACCES")) throw cause;
    return fail("SIGNERS_UNREADABLE", `expected to read ${path}, got "${cause.code}"`, {
      hint: "run the same as root",
      cause,
    });
  }
}

function unreadable(place: string, expected: string): never {
  return fail("SIGNERS_UNREADABLE", `expected ${expected} in ${place}, got something else`, {
    hint: "mend or delete that line, then freehold signers add KEY",
  });
}
