import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno } from "../../../lib/fs.ts";
import type { Finding } from "../../provider.ts";
import { hasBtrfsProgram, isOnBtrfs } from "../state/btrfs.ts";
import { canShareBlocks } from "../state/tree.ts";
import { type Examined, fine, warning } from "./finding.ts";

/** How the disk could copy state. */
export type CopyFacts = {
  readonly path: string;
  readonly btrfs: boolean;
  /** Whether the program is installed. */
  readonly program: boolean;
  /** Whether files can share their blocks. */
  readonly shares: boolean;
};

/** Looks at what copies of state will cost, which are taken before each change. Nobody but root can try that. */
export async function examineSnapshots({ root }: Examined): Promise<readonly Finding[]> {
  if (process.getuid?.() !== 0) return [];
  const path = await nearest(root);
  const [btrfs, program, shares] = await Promise.all([isOnBtrfs(path), hasBtrfsProgram(), canShareBlocks(path, path)]);
  return [judgeCopies({ path, btrfs, program, shares })];
}

/** What follows from the disk. Pure. */
export function judgeCopies({ path, btrfs, program, shares }: CopyFacts): Finding {
  if (btrfs && program) return fine("snapshots", "snapshots of state cost nothing (btrfs)");
  if (btrfs) {
    const found = `${path} is on btrfs, and the program btrfs is not installed`;
    const expected = "it, for snapshots of state that cost nothing";
    return warning("snapshots", found, expected, "apt-get install btrfs-progs");
  }
  if (shares) return fine("snapshots", "snapshots of state share their blocks");
  return fine("snapshots", "snapshots of state are whole copies, for which services rest");
}

async function nearest(path: string): Promise<string> {
  try {
    await access(path);
    return path;
  } catch (thrown) {
    if (!isErrno(thrown, "ENOENT", "ENOTDIR") || path === "/") throw thrown;
    return nearest(dirname(path));
  }
}
