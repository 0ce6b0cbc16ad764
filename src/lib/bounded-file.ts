import { copyFileSync, fstatSync, ftruncateSync, readlinkSync } from "node:fs";
import { isErrno } from "./fs.ts";

/**
 * Keeps a file that only grows within bounds: once it has more than `most` bytes, what is in it moves to FILE.1 and it begins anew.
 * For a descriptor that is opened for appending; one that is no file, such as a journal's socket, is left alone.
 */
export function keepBounded(descriptor: number, most: number): void {
  const stats = fstatSync(descriptor);
  if (!stats.isFile() || stats.size <= most) return;
  const path = readlinkSync(`/proc/self/fd/${descriptor}`);
  try {
    copyFileSync(path, `${path}.1`);
  } catch (thrown) {
    if (!isErrno(thrown, "ENOENT", "ENOSPC", "EROFS")) throw thrown; // deleted, or no room: then without the copy
  }
  ftruncateSync(descriptor);
}
