import { type FileHandle, open, readFile } from "node:fs/promises";

/** Where page frames are told apart: bit 63 of an entry says that the page is in memory, bits 0 to 54 are its frame. */
const present = 1n << 63n;
const frameBits = (1n << 55n) - 1n;
const pageSize = 4096;

/**
 * The page frames that a process has in memory, its own and those it shares; added to `frames`, of which none is counted twice.
 * Resolves with the number of bytes that were new. Needs root. See the kernel's Documentation/admin-guide/mm/pagemap.rst.
 */
export async function addPages(pid: number, frames: Set<bigint>): Promise<number> {
  const before = frames.size;
  const maps = await readFile(`/proc/${pid}/smaps`, "utf8");
  const pagemap = await open(`/proc/${pid}/pagemap`);
  try {
    for (const [start, end] of resident(maps)) await addRange(pagemap, start, end, frames);
  } finally {
    await pagemap.close();
  }
  return (frames.size - before) * pageSize;
}

/** The mappings of which something is in memory; V8 reserves a terabyte more. */
function resident(maps: string): [start: number, end: number][] {
  const found: [number, number][] = [];
  for (const [, start = "", end = "", size] of maps.matchAll(
    /^([0-9a-f]+)-([0-9a-f]+) (?:.*\n)(?:[A-Z]\w+:.*\n)*?Rss:\s+(\d+) kB/gm,
  ))
    if (Number(size) > 0) found.push([Number.parseInt(start, 16), Number.parseInt(end, 16)]);
  return found;
}

async function addRange(pagemap: FileHandle, start: number, end: number, frames: Set<bigint>): Promise<void> {
  const most = 1 << 20;
  for (let from = (start / pageSize) * 8; from < (end / pageSize) * 8; from += most) {
    const length = Math.min(most, (end / pageSize) * 8 - from);
    const { buffer, bytesRead } = await pagemap.read(Buffer.alloc(length), 0, length, from);
    for (let at = 0; at + 8 <= bytesRead; at += 8) {
      const entry = buffer.readBigUInt64LE(at);
      if ((entry & present) !== 0n) frames.add(entry & frameBits);
    }
  }
}
