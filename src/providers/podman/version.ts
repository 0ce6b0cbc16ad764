import { createHash } from "node:crypto";
import { chmod, chown, copyFile, lstat, mkdir, open, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isErrno } from "../../lib/fs.ts";
import { fail, ProblemError } from "../../lib/problem.ts";
import { digestOfHashes, fileHash, type HashedEntry, readTree } from "../../lib/tree.ts";
import type { File } from "../../resource/kinds/file.ts";

/**
 * Writes the content of a file resource into a new directory, readable by all or, when secret, by its `owner` (a user of
 * the machine) alone. `single` is
 * the name of the one file when the tree is itself a file. Problem: `FILE_CHANGED` (transient) when a tree is no longer what the
 * site was loaded with.
 */
export async function writeVersion(
  file: File,
  directory: string,
  owner: number,
): Promise<{ readonly single?: string }> {
  await mkdir(directory, { mode: 0o700 });
  if (file.content.from === "text") {
    await writeTexts(file, file.content.entries, directory);
    await giveVersion(file, directory, owner);
    return {};
  }
  const paths = await copyTree(file, file.content, directory);
  await giveVersion(file, directory, owner);
  return paths.includes("") ? { single: basename(file.content.source) } : {};
}

/**
 * What tells that nobody has edited a version: paths, modes, owners, sizes and times of all that is in it, and the contents
 * where they are short texts.
 */
export async function fingerprint(file: File, directory: string): Promise<string> {
  const digest = createHash("sha256");
  async function visit(path: string): Promise<void> {
    const stats = await lstat(path, { bigint: true });
    digest.update(`${path.slice(directory.length)}\0${stats.mode} ${stats.uid} ${stats.size}\n`);
    if (stats.isDirectory()) {
      for (const name of (await readdir(path)).sort()) await visit(join(path, name));
      return;
    }
    digest.update(file.content.from === "text" ? await readFile(path) : `${stats.mtimeNs}`);
  }
  await visit(directory);
  return digest.digest("hex");
}

async function writeTexts(file: File, entries: Readonly<Record<string, string>>, directory: string): Promise<void> {
  for (const [path, text] of Object.entries(entries)) {
    const target = inside(directory, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const handle = await open(target, "wx", fileMode(file, false));
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

type TreeContent = { readonly source: string; readonly digest: string };

async function copyTree(file: File, content: TreeContent, directory: string): Promise<string[]> {
  const hashed: HashedEntry[] = [];
  try {
    for (const { path, executable, source } of await readTree(content.source)) {
      const target = inside(directory, path === "" ? basename(content.source) : path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await copyFile(source, target);
      await chmod(target, fileMode(file, executable));
      hashed.push({ path, executable, hash: await fileHash(target) });
    }
  } catch (thrown) {
    const isGone = isErrno(thrown, "ENOENT", "ENOTDIR", "EISDIR");
    if (isGone || (thrown instanceof ProblemError && thrown.problem.code.startsWith("TREE_")))
      changed(file, content, thrown);
    throw thrown;
  }
  if (digestOfHashes(hashed) !== content.digest) changed(file, content);
  return hashed.map(({ path }) => path);
}

function changed(file: File, content: TreeContent, cause?: unknown): never {
  return fail("FILE_CHANGED", `${content.source} changed while it was copied for ${file.service}`, {
    kind: "transient",
    hint: "run the same command again",
    cause,
  });
}

/** Ours come from features and trees, so a path that leads out is a fault of freehold. */
function inside(directory: string, path: string): string {
  const target = join(directory, path);
  if (!target.startsWith(`${directory}/`)) fail("BUG", `expected a path inside its file, got ${path}`, { kind: "bug" });
  return target;
}

/** The mode of a file of a version: its user alone reads what is secret, nobody writes. */
export function fileMode(file: File, executable: boolean): number {
  return (file.secret ? 0o400 : 0o444) | (executable ? (file.secret ? 0o100 : 0o111) : 0);
}

/** Gives everything of a version to a user of the machine, directories last, so that nobody else looks into a secret on the way. */
export async function giveVersion(file: File, path: string, owner: number): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await giveVersion(file, child, owner);
    else await chown(child, owner, owner);
  }
  const handle = await open(path, "r");
  try {
    await handle.chown(owner, owner);
    await handle.chmod(file.secret ? 0o500 : 0o555);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
