import { createHash } from "node:crypto";
import { constants, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../lib/fs.ts";
import { visible } from "../lib/text.ts";
import { digestOfHashes, type HashedEntry } from "../lib/tree.ts";
import { isUnreadable, realInside, type Unreadable, unreadable } from "./inside.ts";
import type { Tree } from "./site.ts";

/** The most that a tree may hold. */
const most = { files: 20_000, bytes: 2 * 1024 ** 3, levels: 64 } as const;

/** A file that a tree holds. `path` is relative to the tree, with forward slashes; empty for a tree of one file. */
type Leaf = { readonly path: string; readonly real: string };

/**
 * Reads a file, or a directory with all that is in it. The digest covers relative paths, whether a file may be executed,
 * and contents; not times, owners or empty directories, which git does not keep either.
 */
export async function readTree(root: string, path: string): Promise<Tree | Unreadable> {
  try {
    const real = await realInside(root, join(root, path));
    if (isUnreadable(real)) return isMissing(real) ? missing(path) : real;
    const leaves = await listTree(root, real.path);
    return isUnreadable(leaves) ? leaves : await digestTree(real.path, leaves);
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT"))
      return {
        code: "FILE_VANISHED",
        message: `expected ${visible(path)} to stay while it was read`,
        kind: "transient",
      };
    return unreadable(thrown);
  }
}

function isMissing(reason: Unreadable): boolean {
  return reason.code === "FILE_MISSING";
}

function missing(path: string): Unreadable {
  return {
    code: "FILE_MISSING",
    message: `expected a file or directory of the site, got "${visible(path)}", which is not there`,
    hint: "mend the path, or make the file",
  };
}

async function listTree(root: string, top: string): Promise<Leaf[] | Unreadable> {
  const status = await stat(top);
  if (status.isFile()) return [{ path: "", real: top }];
  if (!status.isDirectory()) return notPlain("it");
  const leaves: Leaf[] = [];
  const reason = await walk(root, { path: "", real: top }, [top], leaves);
  return reason ?? leaves.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Adds the files below a directory; `above` are the directories that lead there, so that links cannot go round. */
async function walk(
  root: string,
  directory: Leaf,
  above: readonly string[],
  leaves: Leaf[],
): Promise<Unreadable | undefined> {
  if (above.length > most.levels) return tooLarge(`more than ${most.levels} levels`);
  for (const entry of await readdir(directory.real, { withFileTypes: true })) {
    const path = directory.path === "" ? entry.name : `${directory.path}/${entry.name}`;
    let real = join(directory.real, entry.name);
    let isFile = entry.isFile();
    let isDirectory = entry.isDirectory();
    if (entry.isSymbolicLink()) {
      const target = await realInside(root, real);
      if (isUnreadable(target)) return { ...target, message: `${target.message}: ${visible(path)}` };
      const status = await stat(target.path);
      [real, isFile, isDirectory] = [target.path, status.isFile(), status.isDirectory()];
      if (isDirectory && above.includes(real))
        return notPlain(`a link that leads back to where it is: ${visible(path)}`);
    }
    if (isDirectory) {
      const reason = await walk(root, { path, real }, [...above, real], leaves);
      if (reason !== undefined) return reason;
    } else if (!isFile) return notPlain(visible(path));
    else if (leaves.push({ path, real }) > most.files) return tooLarge("more than 20,000 files");
  }
  return undefined;
}

async function digestTree(source: string, leaves: readonly Leaf[]): Promise<Tree | Unreadable> {
  const hashed: HashedEntry[] = [];
  let size = 0;
  for (const leaf of leaves) {
    const one = await digestFile(leaf.real, most.bytes - size);
    if (isUnreadable(one)) return one;
    size += one.size;
    hashed.push({ path: leaf.path, executable: one.executable, hash: one.hash });
  }
  return { source, digest: digestOfHashes(hashed), size };
}

type FileDigest = { readonly hash: string; readonly size: number; readonly executable: boolean };

async function digestFile(path: string, room: number): Promise<FileDigest | Unreadable> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = await file.stat();
    if (!status.isFile()) return notPlain(visible(path));
    if (status.size > room) return tooLarge("more than 2 GiB");
    const hash = createHash("sha256");
    let size = 0;
    const buffer = Buffer.allocUnsafe(status.size > 65_536 ? 1_048_576 : 65_536);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return { hash: hash.digest("hex"), size, executable: (status.mode & 0o100) !== 0 };
      size += bytesRead;
      if (size > room) return tooLarge("more than 2 GiB");
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

function tooLarge(got: string): Unreadable {
  return {
    code: "TREE_TOO_LARGE",
    message: `expected at most 20,000 files, 2 GiB and 64 levels, got ${got}`,
    hint: "keep large data as state, not in the site",
  };
}

function notPlain(got: string): Unreadable {
  return {
    code: "FILE_NOT_PLAIN",
    message: `expected files and directories, got something else: ${got}`,
    hint: "remove it from the site",
  };
}
