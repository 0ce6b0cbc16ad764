import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno } from "../../../lib/fs.ts";
import type { Finding } from "../../provider.ts";
import { type Examined, fine, warning, wrong } from "./finding.ts";

/** The file system under freehold's root. */
export type DiskFacts = {
  readonly path: string;
  readonly freeBytes: number;
  readonly freeFiles: number;
  /** 0 when the file system makes them as needed. */
  readonly allFiles: number;
  /** The kernel's number for it, see statfs(2). */
  readonly type: number;
};

const gibi = 1024 ** 3;

/** File systems on which containers cannot be kept, by number: overlay, NFS, SMB, FAT. */
const unfit: ReadonlyMap<number, string> = new Map([
  [0x794c7630, "an overlay file system"],
  [0x6969, "NFS"],
  [0xff534d42, "SMB"],
  [0xfe534d42, "SMB"],
  [0x4d44, "FAT"],
]);

const tmpfs = 0x01021994;

/** Looks at the disk that freehold's things are kept on. */
export async function examineDisk({ root }: Examined): Promise<readonly Finding[]> {
  const { path, stats } = await nearest(root);
  return judgeDisk({
    path,
    freeBytes: Number(stats.bavail) * Number(stats.bsize),
    freeFiles: Number(stats.ffree),
    allFiles: Number(stats.files),
    type: Number(stats.type),
  });
}

/** What follows from the disk. Pure. */
export function judgeDisk(facts: DiskFacts): readonly Finding[] {
  return [judgeBytes(facts), judgeFiles(facts), judgeType(facts)];
}

function judgeBytes({ path, freeBytes }: DiskFacts): Finding {
  const found = `${(freeBytes / gibi).toFixed(1)} GiB free under ${path}`;
  const fix = `df -h ${path} tells which disk; freehold keeps its things under FREEHOLD_ROOT`;
  if (freeBytes >= 4 * gibi) return fine("disk", found);
  if (freeBytes >= gibi) return warning("disk", found, "4 GiB, for images and data", fix);
  return wrong("disk", found, "1 GiB at the very least", fix);
}

function judgeFiles({ path, freeFiles, allFiles }: DiskFacts): Finding {
  if (allFiles === 0 || freeFiles >= 100_000)
    return fine("files", allFiles === 0 ? "no limit" : `room for ${freeFiles} files`);
  const fix = `df -i ${path} tells which disk; remove what has very many small files`;
  const found = `room for ${freeFiles} files under ${path}`;
  if (freeFiles >= 20_000) return warning("files", found, "100000", fix);
  return wrong("files", found, "20000 at the very least", fix);
}

function judgeType({ path, type }: DiskFacts): Finding {
  const name = unfit.get(type);
  const fix = "set FREEHOLD_ROOT to a directory on a disk of this machine";
  if (name !== undefined) return wrong("storage", `${path} is on ${name}`, "ext4, xfs or btrfs", fix);
  if (type === tmpfs) return warning("storage", `${path} is in memory: a reboot forgets it`, "ext4, xfs or btrfs", fix);
  return fine("storage", `${path} can hold containers`);
}

async function nearest(path: string): Promise<{ path: string; stats: Awaited<ReturnType<typeof statfs>> }> {
  try {
    return { path, stats: await statfs(path) };
  } catch (thrown) {
    if (!isErrno(thrown, "ENOENT", "ENOTDIR") || path === "/") throw thrown;
    return nearest(dirname(path));
  }
}
