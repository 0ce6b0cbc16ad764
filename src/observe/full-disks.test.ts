import { describe, expect, test } from "vitest";
import { type DiskFacts, isFull } from "./full-disks.ts";

const gigabyte = 1_000_000_000;

/** A disk of so many bytes with so many left, in blocks of 1000. */
function disk(size: number, left: number, more: Partial<DiskFacts> = {}): DiskFacts {
  return { bsize: 1000, blocks: size / 1000, bavail: left / 1000, files: 1000, ffree: 500, ...more };
}

describe("a disk", () => {
  test.each([
    ["large, with nothing left", disk(1000 * gigabyte, 0)],
    ["large, with 99 MB left", disk(1000 * gigabyte, 99_000_000)],
    ["small, with a hundredth left", disk(24_000_000, 240_000)],
    ["with room, in which no file can be made", disk(gigabyte, gigabyte / 2, { ffree: 0 })],
  ])("%s is full", (_how, facts) => {
    expect(isFull(facts)).toBe(true);
  });

  test.each([
    ["large, with a thousandth left", disk(1000 * gigabyte, gigabyte)],
    ["small, with most left", disk(24_000_000, 20_000_000)],
    ["that does not count files", disk(gigabyte, gigabyte / 2, { files: 0, ffree: 0 })],
  ])("%s is not", (_how, facts) => {
    expect(isFull(facts)).toBe(false);
  });
});
