import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { exec } from "../../src/lib/exec.ts";
import { removeControlGroups } from "./control-groups.ts";

/**
 * Removes the disks and control groups of machines whose test process was killed before it could: their directories are named
 * by its process id. What ran on them ended with it; what was mounted outside a namespace of their own did not.
 */
export async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const [pid = ""] = name.split("-");
    if (!/^\d+$/.test(pid) || existsSync(`/proc/${pid}`)) continue;
    await removeControlGroups(join(directory, name, "root"));
    await unmountBelow(join(directory, name));
    await rm(join(directory, name), { recursive: true, force: true });
  }
}

/** Unmounts what is mounted below a directory; inner ones first: they come later in the kernel's list. */
export async function unmountBelow(directory: string): Promise<void> {
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n").map((line) => line.split(" ")[1] ?? "");
  for (const mount of mounts.reverse()) if (mount.startsWith(`${directory}/`)) await exec(["umount", "-l", mount]);
}
