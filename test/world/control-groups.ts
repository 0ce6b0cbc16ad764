import { readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../../src/lib/fs.ts";

/**
 * Control groups are the one thing of a machine that its namespaces do not take along: removes those of the containers that its
 * storage knows. Their processes must have ended.
 */
export async function removeControlGroups(root: string): Promise<void> {
  const containers = new Set(await containerIds(root));
  if (containers.size === 0) return;
  for (const path of await directories("/sys/fs/cgroup", 3)) {
    const id = /libpod-(?:conmon-)?([0-9a-f]{64})/.exec(path)?.[1];
    if (id !== undefined && containers.has(id)) await removeTree(path);
  }
}

/** Ids of all containers in the storages below a directory. */
async function containerIds(root: string): Promise<string[]> {
  const found = await directories(root, 4);
  return found.flatMap((path) => /overlay-containers\/([0-9a-f]{64})$/.exec(path)?.[1] ?? []);
}

/** All directories below one, this many levels deep, parents first. What vanishes meanwhile or cannot be read is passed over. */
async function directories(parent: string, levels: number): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch((thrown: unknown) => {
    if (isErrno(thrown, "ENOENT", "ENOTDIR", "EACCES")) return [];
    throw thrown;
  });
  const here = entries.filter((entry) => entry.isDirectory()).map((entry) => join(parent, entry.name));
  if (levels <= 1) return here;
  const deeper = await Promise.all(here.map((path) => directories(path, levels - 1)));
  return [...here, ...deeper.flat()];
}

async function removeTree(path: string): Promise<void> {
  for (const child of await directories(path, 1)) await removeTree(child);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      await rmdir(path);
      return;
    } catch (thrown) {
      if (isErrno(thrown, "ENOENT")) return;
      if (!isErrno(thrown, "EBUSY")) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`${path} still has processes`);
}
