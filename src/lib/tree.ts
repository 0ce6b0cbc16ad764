import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { isErrno } from "./fs.ts";
import { fail } from "./problem.ts";

/** One regular file of a tree. */
export type TreeEntry = {
  /** Relative, with forward slashes; "" when the tree is itself a file. */
  readonly path: string;
  /** Where it really is: links are followed. */
  readonly source: string;
  /** Whether its owner may execute it. */
  readonly executable: boolean;
  /** Bytes. */
  readonly size: number;
};

/** A file of a tree and the hex SHA-256 of its content. */
export type HashedEntry = Pick<TreeEntry, "path" | "executable"> & { readonly hash: string };

/**
 * The regular files of a directory, or of a single file, sorted by path. Links are followed, but not out of `within`. Problems:
 * `TREE_MISSING`, `TREE_LINK_OUTSIDE`, `TREE_LINK_LOOP`, `TREE_ODD_FILE` (neither file nor directory).
 */
export async function readTree(source: string, options: { readonly within?: string } = {}): Promise<TreeEntry[]> {
  const within = options.within === undefined ? undefined : await realpath(options.within);
  const entries: TreeEntry[] = [];

  async function visit(path: string, name: string, above: readonly string[]): Promise<void> {
    const { real, stats } = await follow(path);
    if (within !== undefined && real !== within && !real.startsWith(within + sep))
      fail("TREE_LINK_OUTSIDE", `expected ${path} to lead to something inside ${within}, got ${real}`);
    if (stats.isFile()) {
      entries.push({ path: name, source: real, executable: (stats.mode & 0o100) !== 0, size: stats.size });
      return;
    }
    if (!stats.isDirectory()) fail("TREE_ODD_FILE", `expected ${path} to be a file or a directory`);
    if (above.includes(real)) fail("TREE_LINK_LOOP", `${path} leads back to ${real}, in which it stands`);
    for (const child of await readdir(real))
      await visit(join(real, child), name === "" ? child : `${name}/${child}`, [...above, real]);
  }

  await visit(source, "", []);
  return entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** The digest of a tree as it is now: hex SHA-256 over the sorted paths, whether executable, and contents. */
export async function treeDigest(entries: readonly TreeEntry[]): Promise<string> {
  const hashed: HashedEntry[] = [];
  for (const { path, executable, source } of entries) hashed.push({ path, executable, hash: await fileHash(source) });
  return digestOfHashes(hashed);
}

/** The digest of a tree whose files have been hashed already, sorted by path. */
export function digestOfHashes(entries: readonly HashedEntry[]): string {
  const digest = createHash("sha256");
  for (const { path, executable, hash } of entries) digest.update(`${executable ? "x" : "-"} ${hash} ${path}\0`);
  return digest.digest("hex");
}

/** Hex SHA-256 of a file's content, however large. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

async function follow(path: string): Promise<{ real: string; stats: Stats }> {
  try {
    const real = await realpath(path);
    return { real, stats: await stat(real) };
  } catch (cause) {
    if (isErrno(cause, "ELOOP")) fail("TREE_LINK_LOOP", `${path} is a link that leads to itself`, { cause });
    if (isErrno(cause, "ENOENT", "ENOTDIR"))
      fail("TREE_MISSING", `expected a file or a directory at ${path}, got nothing`, { cause });
    throw cause;
  }
}
