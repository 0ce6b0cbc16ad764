import { randomBytes } from "node:crypto";
import { access, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isErrno } from "./errno.ts";
import { isAlive, startTime } from "./proc.ts";

export { isErrno } from "./errno.ts";

/**
 * Writes a file so that a reader, and a machine that loses power, sees the old content or the new, never a part. `mode` is
 * set from the first byte on; `owner` is a user id, this process' own unless said. The directory must exist. A full disk leaves
 * the old file and no trace; what a writer that was killed has left of this file is swept.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  mode = 0o600,
  owner?: number,
): Promise<void> {
  await sweepUnfinished(path);
  const beside = `${path}.${process.pid}-${await startTime(process.pid)}-${randomBytes(6).toString("hex")}.new`;
  try {
    const file = await open(beside, "wx", mode);
    try {
      if (owner !== undefined) await file.chown(owner, owner);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (thrown) {
    await rm(beside, { force: true });
    throw thrown;
  }
  const directory = await open(dirname(path), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Whether something stands at a path, links followed. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return false;
    throw thrown;
  }
}

/** The text of a file; undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
}

/** Takes away what writers of this file that live no more have left beside it, and nothing else. */
export async function sweepUnfinished(path: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  for (const name of await namesBeside(path)) {
    const [, pid, start] = /^(\d+)-(\d+)-[0-9a-f]{12}\.new$/.exec(name.slice(prefix.length)) ?? [];
    if (!name.startsWith(prefix) || pid === undefined) continue;
    if (await isAlive({ pid: Number(pid), startTime: Number(start) })) continue;
    await rm(join(dirname(path), name), { force: true });
  }
}

async function namesBeside(path: string): Promise<readonly string[]> {
  try {
    return await readdir(dirname(path));
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return [];
    throw thrown;
  }
}
