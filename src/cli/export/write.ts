import { chmod, mkdir, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isErrno, isThere, readIfThere, writeAtomically } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import type { ExportFile } from "../../providers/kubernetes/export/layout.ts";
import { type Index, indexFile, indexText } from "./index-file.ts";

/** What writing an export came to. */
export type Written = { readonly changed: readonly string[]; readonly removed: readonly string[] };

/**
 * Writes an export into a directory, which is made, and takes away what an earlier one wrote there and this one has not. What is equal is
 * not touched. Problems: `EXPORT_FOREIGN` when somebody else's file stands where one is to be; `FILE_UNWRITABLE`.
 */
export async function writeExport(
  directory: string,
  site: string,
  files: readonly ExportFile[],
  earlier: Index | undefined,
): Promise<Written> {
  const before = new Set(earlier?.files);
  for (const { path } of files)
    if (!before.has(path) && (await isThere(join(directory, path)))) refuse(directory, path);
  const paths = files.map(({ path }) => path).sort();
  const removed = [...before].filter((path) => !paths.includes(path)).sort();
  try {
    await mkdir(directory, { recursive: true });
    // whatever happens half-way, all that may be there is known
    await writeAtomically(
      join(directory, indexFile),
      indexText({ site, files: [...new Set([...paths, ...before])].sort() }),
      0o644,
    );
    const changed: string[] = [];
    for (const file of files) if (await writeOne(directory, file)) changed.push(file.path);
    for (const path of removed) await removeOne(directory, path);
    await writeAtomically(join(directory, indexFile), indexText({ site, files: paths }), 0o644);
    return { changed, removed };
  } catch (cause) {
    if (!isErrno(cause, "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "EISDIR", "EEXIST")) throw cause;
    return fail("FILE_UNWRITABLE", `expected to write into ${directory}, got "${cause.code}"`, { cause });
  }
}

/** Whether it had to be written. */
async function writeOne(directory: string, { path, text, secret }: ExportFile): Promise<boolean> {
  const file = join(directory, path);
  if (text === undefined) return false;
  const mode = secret ? 0o600 : 0o644;
  if ((await readIfThere(file)) === text) {
    if (secret) await chmod(file, mode);
    return false;
  }
  await mkdir(dirname(file), { recursive: true });
  await replaceFile(file, text, mode);
  return true;
}

/** Whole or not at all, but not waiting for the disk: what a machine loses with its power is exported again. */
async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const beside = `${path}.new`;
  await rm(beside, { force: true });
  await writeFile(beside, text, { mode, flag: "wx" });
  await rename(beside, path);
}

/** A directory that holds nothing any more goes with its last file. */
async function removeOne(directory: string, path: string): Promise<void> {
  await rm(join(directory, path), { force: true });
  const above = dirname(join(directory, path));
  if (above === directory || (await readdir(above)).length > 0) return;
  await rmdir(above);
}

function refuse(directory: string, path: string): never {
  fail(
    "EXPORT_FOREIGN",
    `expected nothing, or an earlier export, at ${join(directory, path)}, got somebody else's file`,
    {
      hint: "move it away, or export into another directory: --output DIR",
    },
  );
}
