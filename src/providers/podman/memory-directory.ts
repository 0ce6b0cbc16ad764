import { mkdir, rmdir, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { exec } from "../../lib/exec.ts";
import { isErrno } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";

/** What statfs(2) calls a tmpfs. */
const tmpfs = 0x01021994;

/** As large as it may grow; secrets.yaml has at most 1 MiB. */
const size = "64m";

/**
 * Makes a directory that is in memory only, through which anybody may pass but not look: a tmpfs of its own, whatever is above
 * it, kept out of the swap where the kernel can (since 6.4). One that is there is left alone. Whoever calls it holds the lock
 * of the directory. Problem: `MEMORY_MISSING`.
 */
export async function makeMemoryDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o711 });
  if (await isOwnMemory(path)) return;
  const options = `mode=0711,size=${size},nosuid,nodev,noexec`;
  const mount = (more: string) => exec(["mount", "-t", "tmpfs", "-o", options + more, "freehold", path]);
  const first = await mount(",noswap");
  const made = first.code === 0 ? first : await mount("");
  if (made.code !== 0 || !(await isOwnMemory(path)))
    fail("MEMORY_MISSING", `expected to make a file system in memory at ${path}, got "${made.stderr.trim()}"`, {
      hint: "secrets are kept in memory alone: run freehold as root, where mount(8) may be used",
    });
}

/** Takes such a directory away with all that is in it. One that somebody still looks into goes when he has left. */
export async function removeMemoryDirectory(path: string): Promise<void> {
  if (await isOwnMemory(path)) await exec(["umount", "--lazy", path]);
  await rmdir(path).catch((thrown: unknown) => {
    if (!isErrno(thrown, "ENOENT", "ENOTEMPTY", "EBUSY")) throw thrown;
  });
}

/** Whether a tmpfs begins at this very directory. */
async function isOwnMemory(path: string): Promise<boolean> {
  try {
    const [{ type }, here, above] = await Promise.all([statfs(path), stat(path), stat(dirname(path))]);
    return type === tmpfs && here.dev !== above.dev;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return false;
    throw thrown;
  }
}
