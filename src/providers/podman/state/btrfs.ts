import { lstat, statfs } from "node:fs/promises";
import { exec } from "../../../lib/exec.ts";
import { isErrno } from "../../../lib/fs.ts";
import { fail } from "../../../lib/problem.ts";
import { findProgram } from "../prepare.ts";

/** The kernel's number for the file system, see statfs(2). */
const btrfsType = 0x9123683e;

/** The root of each subvolume has this inode number, and nothing else has (btrfs(5)). */
const rootInode = 256;

/** Whether a path is on btrfs. */
export async function isOnBtrfs(path: string): Promise<boolean> {
  return Number((await statfs(path)).type) === btrfsType;
}

/** Whether a path is a subvolume of btrfs itself; false when there is nothing. */
export async function isSubvolume(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    return found.isDirectory() && found.ino === rootInode && (await isOnBtrfs(path));
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return false;
    throw thrown;
  }
}

/** Whether the program that makes snapshots is installed. */
export async function hasBtrfsProgram(): Promise<boolean> {
  return (await findProgram("btrfs")) !== undefined;
}

/** Makes an empty subvolume. */
export function makeSubvolume(path: string): Promise<string> {
  return btrfs(["subvolume", "create", "--", path]);
}

/** Makes a snapshot of a subvolume, of one moment; the kernel has it on the disk when this resolves. */
export function snapshotSubvolume(from: string, to: string, may: "read" | "write"): Promise<string> {
  return btrfs(["subvolume", "snapshot", ...(may === "read" ? ["-r"] : []), "--", from, to]);
}

/** Removes a subvolume with all that is in it, were it read-only. */
export function removeSubvolume(path: string): Promise<string> {
  return btrfs(["subvolume", "delete", "--", path]);
}

/** Whether further subvolumes hang below a subvolume: a snapshot of it has an empty directory in their places. */
export async function hasSubvolumes(path: string): Promise<boolean> {
  return (await btrfs(["subvolume", "list", "-o", "--", path])).trim() !== "";
}

async function btrfs(words: readonly string[]): Promise<string> {
  const program = await findProgram("btrfs");
  if (program === undefined)
    return fail("SNAPSHOT_FAILED", "expected the program btrfs on this machine, got nothing", {
      expected: "btrfs",
      hint: "apt-get install btrfs-progs",
    });
  const { code, stdout, stderr } = await exec([program, ...words], {
    env: { ...process.env, LC_ALL: "C" },
    timeout: 600_000,
  });
  if (code === 0) return stdout;
  const said = (stderr.trim() || stdout.trim()).split("\n").at(-1) ?? "";
  if (/No space left on device|quota exceeded/i.test(said))
    fail("DISK_FULL", `expected room on the disk for a subvolume, got "${said}"`, {
      hint: "df -h tells which disk; then run the same command again",
    });
  return fail("SNAPSHOT_FAILED", `btrfs ${words.slice(0, 2).join(" ")} failed: ${said}`, { got: said });
}
