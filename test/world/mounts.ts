import { readFile } from "node:fs/promises";
import { exec, execOrFail } from "../../src/lib/exec.ts";

/** Unmounts everything in a directory: Podman keeps its storage mounted onto itself. Fails for what somebody still uses. */
export async function unmountBelow(directory: string): Promise<void> {
  for (const path of await mountsBelow(directory)) await execOrFail(["umount", path]);
}

/** The same where nobody is left who could end it: what is in use goes later, and others may be at it, too. */
export async function unmountAbandoned(directory: string): Promise<void> {
  for (const path of await mountsBelow(directory)) await exec(["umount", "-l", path]);
}

/** Inner ones first: they come later in the kernel's list. */
async function mountsBelow(directory: string): Promise<readonly string[]> {
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n").map((line) => line.split(" ")[1] ?? "");
  return mounts.filter((path) => path.startsWith(`${directory}/`)).reverse();
}
