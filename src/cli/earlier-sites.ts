import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { readApplied } from "../ledger/applied.ts";
import { isErrno } from "../lib/fs.ts";
import { problemOf } from "../lib/problem.ts";
import { type Roots, siteLayout } from "../providers/layout.ts";

/**
 * The other sites that run on this machine and were last brought up from the same directory: what the directory's site was called
 * before somebody changed its name. Sorted. One whose ledger cannot be read is left to its own commands.
 */
export async function earlierSites(roots: Roots, directory: string, name: string): Promise<readonly string[]> {
  const here = await realpath(directory);
  const others = (await sitesOf(roots)).filter((other) => other !== name);
  const found = await Promise.all(others.map(async (other) => ((await isFrom(roots, other, here)) ? [other] : [])));
  return found.flat();
}

async function isFrom(roots: Roots, name: string, directory: string): Promise<boolean> {
  try {
    const applied = await readApplied(siteLayout(roots, name).ledger);
    return applied !== undefined && !applied.stopped && applied.directory === directory;
  } catch (thrown) {
    if (problemOf(thrown).code !== "LEDGER_UNREADABLE") throw thrown;
    return false;
  }
}

async function sitesOf(roots: Roots): Promise<readonly string[]> {
  try {
    return (await readdir(join(roots.root, "sites"))).sort();
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "EACCES")) return [];
    throw thrown;
  }
}
