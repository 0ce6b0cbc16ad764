import { constants, copyFile, open, statfs } from "node:fs/promises";
import { type ExecOptions, type ExecResult, exec } from "../../../lib/exec.ts";
import { isErrno } from "../../../lib/fs.ts";
import { fail, problemOf } from "../../../lib/problem.ts";
import { findProgram } from "../prepare.ts";
import { isSubvolume, removeSubvolume } from "./btrfs.ts";

/** Copying a large disk takes its time; the signal of the person ends it before. */
const longest = 24 * 3_600_000;

/**
 * Copies a directory with everything in it, as root: owners, modes, times, links among themselves, extended attributes, access
 * lists, holes, sockets and pipes. What is mounted in it is left out. `reflink` shares every block until it is written, and
 * fails where the file system cannot. Problems: `DISK_FULL`, `SNAPSHOT_FAILED`.
 */
export async function copyTree(from: string, to: string, way: "reflink" | "copy", signal: AbortSignal): Promise<void> {
  const reflink = way === "reflink" ? "always" : "never";
  const argv: Argv = [
    "cp",
    "--archive",
    "--one-file-system",
    `--reflink=${reflink}`,
    "--no-target-directory",
    "--",
    from,
    to,
  ];
  const copied = await runWithUs(argv, { signal, timeout: longest });
  if (copied.code !== 0) failed(`to copy ${from}`, copied);
}

type Argv = readonly [string, ...string[]];

/** Resolves when everything below a path is on the disk. */
export async function flush(path: string, signal: AbortSignal): Promise<void> {
  const synced = await runWithUs(["sync", "--file-system", path], { signal, timeout: longest });
  if (synced.code !== 0) failed(`to write ${path} to the disk`, synced);
}

/** Resolves when the names in a directory are on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, "r");
  await directory.sync();
}

/**
 * Removes a directory, or a subvolume, with everything in it, also what is marked as immutable. Stays on its file system. It is
 * fine when there is nothing. Problem: `STATE_LEFT`.
 */
export async function removeTree(path: string): Promise<void> {
  if (await isSubvolume(path)) return removeWhole(path);
  const remove = (): Promise<ExecResult> =>
    runWithUs(["rm", "--recursive", "--force", "--one-file-system", "--", path], { timeout: longest });
  if ((await remove()).code === 0) return;
  const unmark: Argv = ["find", path, "-xdev", "(", "-type", "f", "-o", "-type", "d", ")", "-exec", "chattr", "-f"];
  await runWithUs([...unmark, "-i", "-a", "{}", "+"], { timeout: longest }); // its code tells of files without such marks, too
  const { code, stderr } = await remove();
  if (code === 0) return;
  fail("STATE_LEFT", `expected to remove ${path}, got "${stderr.trim().split("\n").at(-1)}"`, {
    hint: `findmnt --submounts --target ${path} tells whether something is mounted there`,
  });
}

async function removeWhole(path: string): Promise<void> {
  try {
    await removeSubvolume(path);
  } catch (thrown) {
    if (await isSubvolume(path)) throw thrown; // else somebody else was faster
  }
}

/** Bytes that a directory takes on its file system, each file once; undefined when counting takes longer than so many milliseconds. */
export async function sizeOf(path: string, timeout: number): Promise<number | undefined> {
  try {
    const counted = await runWithUs(["du", "--summarize", "--block-size=1", "--one-file-system", "--", path], {
      timeout,
    });
    const bytes = Number(/^\d+/.exec(counted.stdout)?.[0]);
    return Number.isNaN(bytes) ? failed(`to count ${path}`, counted) : bytes; // other than 0 when a file went away meanwhile
  } catch (thrown) {
    if (problemOf(thrown).code === "PROGRAM_TIMEOUT") return undefined;
    throw thrown;
  }
}

/** What a file system has left for us, and what is used of it, in bytes. */
export async function roomAt(
  path: string,
): Promise<{ readonly free: number; readonly used: number; readonly all: number }> {
  const { bavail, bfree, blocks, bsize } = await statfs(path);
  return { free: bavail * bsize, used: (blocks - bfree) * bsize, all: blocks * bsize };
}

/** A file without a name: gone when it is closed (open(2)). Node has no name for the flag. */
const unnamed = 0o20000000 | constants.O_RDWR;

/** Whether files in a directory can share their blocks with files in another. Tried with empty ones that have no name. */
export async function canShareBlocks(from: string, to: string): Promise<boolean> {
  try {
    await using source = await open(from, unnamed | constants.O_DIRECTORY, 0o600);
    await using target = await open(to, unnamed | constants.O_DIRECTORY, 0o600);
    await copyFile(`/proc/self/fd/${source.fd}`, `/proc/self/fd/${target.fd}`, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch (thrown) {
    if (isErrno(thrown, "ENOTSUP", "EOPNOTSUPP", "EXDEV", "EINVAL", "ENOTTY", "ENOSYS", "EISDIR", "EROFS"))
      return false;
    throw thrown;
  }
}

/** Runs a program that ends when we do, were we killed: nobody else may find it at work. */
async function runWithUs(argv: Argv, options: ExecOptions): Promise<ExecResult> {
  const setpriv = await findProgram("setpriv");
  const whole: Argv = setpriv === undefined ? argv : [setpriv, "--pdeathsig", "KILL", "--", ...argv];
  return exec(whole, { env: { ...process.env, LC_ALL: "C" }, ...options });
}

function failed(what: string, { stderr }: ExecResult): never {
  const lines = stderr.trim().split("\n").slice(-10);
  const said = lines.at(-1) ?? "";
  if (/No space left on device|quota exceeded/i.test(stderr))
    fail("DISK_FULL", `expected room on the disk ${what}, got "${said}"`, {
      hint: "df -h tells which disk; then run the same command again",
      detail: lines,
    });
  return fail("SNAPSHOT_FAILED", `expected ${what}, got "${said}"`, { got: said, detail: lines });
}
