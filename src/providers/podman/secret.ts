import { chown, lstat, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { exclusively } from "../../lib/file-lock.ts";
import { isErrno } from "../../lib/fs.ts";
import type { Secret } from "../../resource/kinds/secret.ts";
import type { Observed } from "../../resource/observed.ts";
import { sameValue } from "../../resource/same.ts";
import type { SiteLayout } from "../layout.ts";
import { userOnMachine } from "../machine-users.ts";
import { makePassable, namesIn } from "./directory.ts";
import { makeMemoryDirectory, removeMemoryDirectory } from "./memory-directory.ts";
import { fileName } from "./names.ts";
import type { Session } from "./session.ts";
import { readSidecar, type Sidecar, writeSidecar } from "./sidecar.ts";

/** The directory in memory that holds every open secret of a site. */
export function secretsDirectory(layout: SiteLayout): string {
  return join(layout.run, "secrets");
}

/** Where the value of one secret is. */
export function secretPath(layout: SiteLayout, id: string, name: string): string {
  return join(secretsDirectory(layout), fileName(id), name);
}

/**
 * Opens the secrets of a part into files in memory, each for its owner alone. What is there already is not opened again, so that
 * another list of recipients asks for no key. Problems: `SECRETS_LOCKED`, `SECRET_DAMAGED`, `MEMORY_MISSING`.
 */
export async function applySecret(session: Session, secret: Secret, signal: AbortSignal): Promise<void> {
  const { layout } = session;
  const directory = join(secretsDirectory(layout), fileName(secret.id));
  await makePassable(layout.run, layout.run);
  await exclusively(lockOf(layout), signal, async () => {
    const known = await readSidecar(`${directory}.json`);
    if (known !== undefined && sameContent(known, secret) && (await amissOf(directory, known)) === undefined)
      return writeSidecar(`${directory}.json`, secret, Object.fromEntries(known.notes));
    const values = await session.open({ values: secret.entries, keys: secret.keys });
    await makeMemoryDirectory(secretsDirectory(layout));
    await makePassable(layout.run, directory);
    const owner = userOnMachine(secret.owner, (await session.call()).hasUserNamespaces);
    for (const [name, value] of values) await writeValue(join(directory, name), value, owner);
    for (const name of await namesIn(directory)) if (!values.has(name)) await rm(join(directory, name));
    await writeSidecar(`${directory}.json`, secret, await fingerprints(directory, secret));
  });
}

/** Takes the open secrets of a part away; with the last one goes the memory that they were in. */
export async function removeSecret({ layout }: Session, secret: Secret, signal: AbortSignal): Promise<void> {
  const all = secretsDirectory(layout);
  const directory = join(all, fileName(secret.id));
  if ((await readSidecar(`${directory}.json`)) === undefined) return;
  await exclusively(lockOf(layout), signal, async () => {
    await rm(directory, { recursive: true, force: true });
    await rm(`${directory}.json`, { force: true });
    if (!(await namesIn(all)).some(isSidecar)) await removeMemoryDirectory(all);
  });
}

/** The secrets of a site that are open; `amiss` says when somebody else touched one. A reboot forgets them all. */
export async function observeSecrets(layout: SiteLayout): Promise<Observed[]> {
  const all = secretsDirectory(layout);
  const observed = await Promise.all(
    (await namesIn(all)).filter(isSidecar).map(async (name): Promise<Observed[]> => {
      const known = await readSidecar(join(all, name));
      if (known?.resource.kind !== "secret") return [];
      const amiss = await amissOf(join(all, fileName(known.resource.id)), known);
      return [{ resource: known.resource, ...(amiss === undefined ? {} : { amiss }) }];
    }),
  );
  return observed.flat();
}

function isSidecar(name: string): boolean {
  return name.endsWith(".json");
}

function lockOf(layout: SiteLayout): string {
  return join(layout.run, "secrets.lock");
}

/** Whether the same values belong to the same user: for whom they are sealed makes no difference to what is open. */
function sameContent({ resource }: Sidecar, { entries, owner }: Secret): boolean {
  return resource.kind === "secret" && resource.owner === owner && sameValue(resource.entries, entries);
}

/** Readable by its owner alone from its first moment, and there at once. A container that shows the one before keeps that. */
async function writeValue(path: string, value: string, owner: number): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}`);
  await rm(beside, { force: true });
  const file = await open(beside, "wx", 0o400);
  try {
    await file.writeFile(value);
  } finally {
    await file.close();
  }
  await chown(beside, owner, owner);
  await rename(beside, path);
}

async function amissOf(directory: string, { resource, notes }: Sidecar): Promise<"missing" | "edited" | undefined> {
  if (resource.kind !== "secret") return "missing";
  const found = await fingerprints(directory, resource);
  const names = Object.keys(resource.entries);
  if (names.some((name) => found[name] === undefined)) return "missing";
  return names.every((name) => found[name] === notes.get(name)) ? undefined : "edited";
}

/** What tells a file from another one, by the secret's name, without reading it. Its owner is the container's business. */
async function fingerprints(directory: string, { entries }: Secret): Promise<Record<string, string>> {
  const found = await Promise.all(
    Object.keys(entries).map(async (name): Promise<[string, string][]> => {
      try {
        const { ino, mode, mtimeMs, size } = await lstat(join(directory, name));
        return [[name, [ino, mode, mtimeMs, size].join(" ")]];
      } catch (thrown) {
        if (isErrno(thrown, "ENOENT")) return [];
        throw thrown;
      }
    }),
  );
  return Object.fromEntries(found.flat());
}
