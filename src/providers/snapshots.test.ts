import { describe, expect, test } from "vitest";
import { isSnapshotName, outdated, type Snapshot, snapshotName } from "./snapshots.ts";

const day = 24 * 3_600_000;
const now = Date.UTC(2026, 10, 21, 10);
const taken = (...ages: readonly number[]): Snapshot[] =>
  ages.map((age) => ({ service: "mail", name: snapshotName(now - age * day, "up"), at: now - age * day, way: "copy" }));
const ages = (snapshots: readonly Snapshot[]): number[] => snapshots.map(({ at }) => (now - at) / day);

describe("snapshots that have had their time", () => {
  test("are all but the newest five, in whatever order they come", () => {
    expect(ages(outdated(taken(6, 1, 3, 2, 5, 4, 0), now))).toEqual([5, 6]);
  });

  test("are those older than thirty days, but never the newest", () => {
    expect(ages(outdated(taken(1, 30, 31), now))).toEqual([31]);
    expect(ages(outdated(taken(100, 31), now))).toEqual([100]);
  });

  test("are none of those that a clock puts in the future", () => {
    expect(outdated(taken(-400, -1, 0), now)).toEqual([]);
  });
});

describe("a snapshot's name", () => {
  test("is its time and seven digits of its commit, or a word", () => {
    expect(snapshotName(now + 999, "0123456789abcdef0123456789abcdef01234567")).toBe("20261121T100000Z-0123456");
    expect(snapshotName(now, "up")).toBe("20261121T100000Z-up");
  });

  test("is the name of a directory and nothing else", () => {
    for (const name of ["20261121T100000Z-0123456", "20261121T100000Z-before-rollback"])
      expect(isSnapshotName(name)).toBe(true);
    for (const name of ["", "..", "20261121T100000Z-", "20261121T100000Z-../x", "20261121T100000Z-a/b", "x", ".new"])
      expect(isSnapshotName(name)).toBe(false);
  });
});
