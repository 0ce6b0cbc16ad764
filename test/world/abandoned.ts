import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { removeControlGroups } from "./control-groups.ts";
import { unmountAbandoned } from "./mounts.ts";

/**
 * Removes the disks and control groups of machines whose test process was killed before it could: their directories are named
 * by its process id. What ran on them ended with it; what was mounted outside a namespace of their own did not.
 */
export async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const [pid = ""] = name.split("-");
    if (!/^\d+$/.test(pid) || existsSync(`/proc/${pid}`)) continue;
    await removeControlGroups(join(directory, name, "root"));
    await unmountAbandoned(join(directory, name));
    await rm(join(directory, name), { recursive: true, force: true });
  }
}

/** Unmounts what is mounted below a directory; inner ones first: they come later in the kernel's list. */
