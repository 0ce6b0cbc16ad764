import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, readIfThere } from "../lib/fs.ts";
import type { SiteLayout } from "../providers/layout.ts";

/**
 * Takes away the files of revisions that nobody needs any more: all but those of `keep` and those that what was last applied still
 * leads to, such as an image that a service which is held back was made from.
 */
export async function pruneRevisions({ revisions, ledger }: SiteLayout, keep: readonly string[]): Promise<void> {
  const applied = (await readIfThere(join(ledger, "applied.json"))) ?? "";
  for (const name of await namesIn(revisions)) {
    if (!/^[0-9a-f]{40,64}$/.test(name)) continue; // one that is being written
    if (keep.includes(name) || applied.includes(join(revisions, name))) continue;
    await rm(join(revisions, name), { recursive: true, force: true });
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return [];
    throw thrown;
  }
}
