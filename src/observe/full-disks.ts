import { stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../lib/fs.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { Observation } from "../resource/observed.ts";

/** A disk that has no room left for the state of some services. */
export type FullDisk = {
  /** A directory on it. */
  readonly path: string;
  /** Whose state lies on it, sorted. */
  readonly services: readonly string[];
  /** Bytes that are left for them. */
  readonly left: number;
};

/** What is known of a file system, see statvfs(3): sizes in blocks. */
export type DiskFacts = {
  readonly bsize: number;
  readonly blocks: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
};

/** The disks with state of a site that are full or all but full; those that cannot be looked at are no news here. */
export async function fullDisks(
  { state }: Pick<SiteLayout, "state">,
  { resources }: Observation,
): Promise<readonly FullDisk[]> {
  const found = new Map<number, FullDisk>();
  for (const { resource } of resources) {
    if (resource.kind !== "volume") continue;
    const path = join(state, resource.service, resource.part, resource.name);
    const disk = await look(path);
    if (disk === undefined || !isFull(disk.facts)) continue;
    const known = found.get(disk.device) ?? { path, services: [], left: disk.facts.bavail * disk.facts.bsize };
    const services = [...new Set([...known.services, resource.service])].sort();
    found.set(disk.device, { ...known, services });
  }
  return [...found.values()];
}

/** Less than a fiftieth is left and less than 100 MB, or no further file can be made. Pure. */
export function isFull({ bsize, blocks, bavail, files, ffree }: DiskFacts): boolean {
  const mostLeft = Math.min(100_000_000, (blocks * bsize) / 50);
  return bavail * bsize < mostLeft || (files > 0 && ffree === 0);
}

async function look(path: string): Promise<{ readonly device: number; readonly facts: DiskFacts } | undefined> {
  try {
    const [{ dev }, facts] = await Promise.all([stat(path), statfs(path)]);
    return { device: dev, facts };
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR", "EACCES")) return undefined;
    throw thrown;
  }
}
