import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { ProblemError } from "../../lib/problem.ts";
import { readTree, type TreeEntry, treeDigest } from "../../lib/tree.ts";
import type { File } from "../../resource/kinds/file.ts";
import { namesIn } from "./directory.ts";
import { fileMode } from "./version.ts";

/** A version by its name; `single` is the name of the one file when the tree is itself a file, else empty. */
export type EarlierVersion = { readonly version: string; readonly single: string };

/**
 * A version of a tree that is there already, whole and unedited, beside the `current` one: what goes back to it needs no source, which
 * may show something else by now, or be gone. `digits` are those that the names of its versions begin with.
 */
export async function earlierVersion(
  directory: string,
  file: File,
  { digits, current }: { readonly digits: string; readonly current: string | undefined },
): Promise<EarlierVersion | undefined> {
  const { content } = file;
  if (content.from !== "tree") return undefined;
  const names = await namesIn(directory);
  const versions = names.filter((name) => /^[0-9a-f]+$/.test(name) && name.startsWith(digits) && name !== current);
  for (const version of versions) {
    for (const single of ["", basename(content.source)]) {
      const entries = await entriesOf(join(directory, version, single));
      if ((await treeDigest(entries)) !== content.digest) continue;
      if (await haveModes(entries, file)) return { version, single };
    }
  }
  return undefined;
}

async function entriesOf(path: string): Promise<readonly TreeEntry[]> {
  try {
    return await readTree(path);
  } catch (thrown) {
    if (thrown instanceof ProblemError) return [];
    throw thrown;
  }
}

async function haveModes(entries: readonly TreeEntry[], file: File): Promise<boolean> {
  for (const { source, executable } of entries) {
    if (((await stat(source)).mode & 0o777) !== fileMode(file, executable)) return false;
  }
  return true;
}
