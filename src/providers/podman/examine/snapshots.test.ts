import { expect, test } from "vitest";
import { judgeCopies } from "./snapshots.ts";

const disk = { path: "/var/lib/freehold", btrfs: false, program: false, shares: false };

test("a disk with btrfs lacks something only without its program", () => {
  expect(judgeCopies({ ...disk, btrfs: true, shares: true, program: true })).toMatchObject({ state: "fine" });
  expect(judgeCopies({ ...disk, btrfs: true, shares: true })).toMatchObject({
    state: "warning",
    found: "/var/lib/freehold is on btrfs, and the program btrfs is not installed",
    fix: "apt-get install btrfs-progs",
  });
});

test("any other disk will do, with the program or without, and it is said what snapshots cost there", () => {
  for (const program of [true, false]) {
    expect(judgeCopies({ ...disk, program, shares: true }).found).toBe("snapshots of state share their blocks");
    expect(judgeCopies({ ...disk, program }).found).toMatch(/whole copies/);
  }
});
