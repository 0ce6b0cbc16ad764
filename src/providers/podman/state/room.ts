import { dirname } from "node:path";
import { fail } from "../../../lib/problem.ts";
import { roomAt, sizeOf } from "./tree.ts";

/** So much of a disk stays free: 1 GB, or a twentieth of a small one. */
const left = { bytes: 1_000_000_000, share: 0.05 } as const;

/** Bytes that a copy of a directory takes, when there is room for it where it is to be. Problem: `SNAPSHOT_NO_ROOM`. */
export async function refuseWithoutRoom(service: string, from: string, to: string): Promise<number> {
  const bytes = (await sizeOf(from, 3_600_000)) ?? 0;
  const { free, all } = await roomAt(dirname(to));
  const needed = bytes + Math.min(left.bytes, all * left.share);
  if (free >= needed) return bytes;
  return fail(
    "SNAPSHOT_NO_ROOM",
    `expected ${megabytes(needed)} free for a copy of the state of ${service}, got ${megabytes(free)}`,
    {
      hint: `freehold snapshots ${service} lists older ones, with --remove NAME one makes room`,
    },
  );
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MB`;
}
