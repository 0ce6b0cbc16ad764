import { fail } from "../../lib/problem.ts";
import type { Snapshots } from "../snapshots.ts";

/** For clusters that copy no state: whoever asks is told so. Problem: `SNAPSHOT_FAILED`. */
export const noSnapshots: Snapshots = {
  cost: async () => refuse(),
  take: async () => refuse(),
  restore: async () => refuse(),
  list: async () => [],
  remove: async () => {},
  prune: async () => {},
};

function refuse(): never {
  return fail("SNAPSHOT_FAILED", "expected a cluster that copies state, got one of which freehold knows no way to");
}
