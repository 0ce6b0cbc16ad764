import { chmod, mkdir, readdir, realpath, rmdir } from "node:fs/promises";
import { dirname, relative, sep } from "node:path";
import { isErrno } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";

/**
 * Makes directories from `root` down to `path` through which anybody may pass but not look: what is mounted is opened from
 * inside a container's user namespace.
 */
export async function makePassable(root: string, path: string): Promise<void> {
  const names = relative(root, path).split(sep);
  if (names[0] === "..") fail("BUG", `${path} is not inside ${root}`, { kind: "bug" });
  await mkdir(root, { recursive: true, mode: 0o711 });
  let here = root;
  for (const name of names.filter((each) => each !== "")) {
    here = `${here}${sep}${name}`;
    try {
      await mkdir(here, { mode: 0o711 });
      await chmod(here, 0o711);
    } catch (thrown) {
      if (!isErrno(thrown, "EEXIST")) throw thrown;
    }
  }
}

/** The names in a directory, sorted; none when there is no such directory. */
export async function namesIn(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return [];
    throw thrown;
  }
}

/** Removes directories that have become empty, from `path` up to but not including `root`. */
export async function removeEmpty(root: string, path: string): Promise<void> {
  for (let here = path; here.startsWith(root + sep); here = dirname(here)) {
    try {
      await rmdir(here);
    } catch (thrown) {
      if (isErrno(thrown, "ENOTEMPTY", "EEXIST")) return;
      if (!isErrno(thrown, "ENOENT")) throw thrown;
    }
  }
}

/** Whether `path`, with every link on the way followed, is where it says, below `root`. False when it does not exist. */
export async function isReallyBelow(root: string, path: string): Promise<boolean> {
  try {
    return (await realpath(path)) === (await realpath(root)) + path.slice(root.length) && path.startsWith(root + sep);
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return false;
    throw thrown;
  }
}
