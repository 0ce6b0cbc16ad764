import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { execOrFail } from "../lib/exec.ts";
import { isErrno, isThere } from "../lib/fs.ts";
import { makeWithPassages } from "../lib/passage.ts";
import { isAlive, startTime } from "../lib/proc.ts";
import { linksOf } from "./links.ts";
import { readObjects, type Store } from "./objects.ts";
import type { Quarantine } from "./quarantine.ts";
import { entriesOf, type RevisionEntry, revisionLimits } from "./tree-entries.ts";

/**
 * Writes the files of a revision into a new directory: what was committed, byte for byte. No attribute, filter or hook of the
 * repository has a say. It is there at once and whole, or not at all; one that is there already is left as it is. Links are made last, and only those
 * that stay inside. Problems: `REVISION_LINK_OUTSIDE`, and those of {@link entriesOf}.
 */
export async function exportRevision(
  repository: string,
  commit: string,
  directory: string,
  options: { readonly quarantine?: Quarantine | undefined } = {},
): Promise<string> {
  const store = { repository, ...options };
  if (await isThere(directory)) return directory;
  await makeWithPassages(dirname(directory));
  await sweep(directory);
  const entries = await entriesOf(store, commit);
  const links = await linksOf(store, entries);
  const beside = `${directory}.${process.pid}-${await startTime(process.pid)}-${randomBytes(6).toString("hex")}.new`;
  try {
    await mkdir(beside, { mode: 0o700 });
    await writeFiles(
      store,
      beside,
      entries.filter(({ kind }) => kind !== "link"),
    );
    for (const [path, target] of links) {
      await mkdir(dirname(join(beside, path)), { recursive: true, mode: 0o755 });
      await symlink(target, join(beside, path));
    }
    await execOrFail(["sync", "--file-system", beside]);
    await moveInto(beside, directory);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  return directory;
}

/** Of two who export the same at once both are right: they wrote the same. */
async function moveInto(beside: string, directory: string): Promise<void> {
  try {
    await rename(beside, directory);
  } catch (thrown) {
    if (!isErrno(thrown, "ENOTEMPTY", "EEXIST")) throw thrown;
  }
}

/** Files by the object that they hold: many may hold one. */
async function writeFiles(store: Store, root: string, files: readonly RevisionEntry[]): Promise<void> {
  const directories = new Set(files.map(({ path }) => dirname(path)));
  for (const path of directories) await mkdir(join(root, path), { recursive: true, mode: 0o755 });
  const sorted = [...files].sort((a, b) => (a.id < b.id ? -1 : 1));
  const queue = sorted[Symbol.iterator]();
  let file: FileHandle | undefined;
  try {
    await readObjects(
      store,
      sorted.map(({ id }) => id),
      {
        begin: async () => {
          const next = queue.next().value;
          if (next === undefined) return;
          file = await open(join(root, next.path), "wx", 0o600);
          await file.chmod(next.kind === "program" ? 0o755 : 0o644);
        },
        piece: async (bytes) => {
          await file?.writeFile(bytes);
        },
        end: async () => {
          await file?.close();
          file = undefined;
        },
      },
      { most: revisionLimits.bytes + revisionLimits.files * 128, timeout: 300_000 },
    );
  } finally {
    await file?.close();
  }
}

/** Takes away what others that were killed have left beside it. */
async function sweep(directory: string): Promise<void> {
  const prefix = `${basename(directory)}.`;
  for (const name of await readdir(dirname(directory))) {
    const [, pid, start] = /^(\d+)-(\d+)-[0-9a-f]{12}\.new$/.exec(name.slice(prefix.length)) ?? [];
    if (!name.startsWith(prefix) || pid === undefined) continue;
    if (await isAlive({ pid: Number(pid), startTime: Number(start) })) continue;
    await rm(join(dirname(directory), name), { recursive: true, force: true });
  }
}
