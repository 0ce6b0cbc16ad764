import { lstat } from "node:fs/promises";
import { isErrno } from "../../../lib/fs.ts";
import { fail } from "../../../lib/problem.ts";
import type { SiteLayout } from "../../layout.ts";
import type { SnapshotCost, SnapshotWay } from "../../snapshots.ts";
import { hasBtrfsProgram, isSubvolume } from "./btrfs.ts";
import { notInOnePiece } from "./foreign.ts";
import { stateDirectory } from "./place.ts";
import { canShareBlocks, roomAt, sizeOf } from "./tree.ts";

/** So long may counting take, in milliseconds. */
const patience = 3000;

/** What is reckoned with: 100 MB copied in a second, or the blocks of 500 MB shared. Bytes in a millisecond. */
const speed = { copy: 100_000, reflink: 500_000 } as const;

/** What a snapshot would cost. Where counting takes too long, it is reckoned with all that is on the disk. Problems: those of {@link needState}. */
export async function costOf(layout: SiteLayout, service: string): Promise<SnapshotCost> {
  const directory = await needState(layout, service);
  const way = await wayFor(layout, directory);
  if (way === "atomic") return { way, bytes: 0, milliseconds: 200 };
  const bytes = (await sizeOf(directory, patience)) ?? (await roomAt(directory)).used;
  return { way, bytes: way === "copy" ? bytes : 0, milliseconds: 200 + Math.round(bytes / speed[way]) };
}

/** The directory of a service's state. Problems: `STATE_NONE`, `STATE_FOREIGN`. */
export async function needState(layout: SiteLayout, service: string): Promise<string> {
  const directory = stateDirectory(layout, service);
  try {
    return (await lstat(directory)).isDirectory() ? directory : notInOnePiece(service, `a link at ${directory}`);
  } catch (thrown) {
    if (!isErrno(thrown, "ENOENT", "ENOTDIR")) throw thrown;
  }
  return fail("STATE_NONE", `expected state of ${service} at ${directory}, got nothing`);
}

/** The best way that there is to copy a directory of state, or back. */
export async function wayFor(layout: SiteLayout, directory: string): Promise<SnapshotWay> {
  const [state, home] = await Promise.all([lstat(layout.state), lstat(layout.home)]);
  if (state.dev === home.dev && (await isSubvolume(directory)) && (await hasBtrfsProgram())) return "atomic";
  return (await canShareBlocks(directory, layout.home)) ? "reflink" : "copy";
}
