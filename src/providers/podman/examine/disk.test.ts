import { describe, expect, test } from "vitest";
import { type DiskFacts, examineDisk, judgeDisk } from "./disk.ts";

const gibi = 1024 ** 3;
const machine: DiskFacts = { path: "/var/lib", freeBytes: 20 * gibi, freeFiles: 1e6, allFiles: 2e6, type: 0xef53 };

describe("a disk", () => {
  test("with room is fine", () => {
    expect(states({})).toEqual(["fine", "fine", "fine"]);
  });

  test.each([
    [3.9, "warning"],
    [0.9, "wrong"],
    [0, "wrong"],
  ])("with %d GiB free is %s", (free, state) => {
    expect(states({ freeBytes: free * gibi })[0]).toBe(state);
  });

  test("with room but no inodes is wrong, and one that makes them as needed is not", () => {
    expect(states({ freeFiles: 5000 })[1]).toBe("wrong");
    expect(states({ freeFiles: 50_000 })[1]).toBe("warning");
    expect(states({ freeFiles: 0, allFiles: 0 })[1]).toBe("fine");
  });

  test("that cannot hold containers, or forgets them, says so", () => {
    expect(judgeDisk({ ...machine, type: 0x6969 })[2]).toMatchObject({ state: "wrong", found: "/var/lib is on NFS" });
    expect(states({ type: 0x01021994 })[2]).toBe("warning");
  });

  test("is the one that a directory will be on that does not exist yet", async () => {
    const findings = await examineDisk({ root: "/proc/self/none/yet", now: 0 });
    expect(findings[0]?.found).toContain("under /proc/self");
  });
});

function states(facts: Partial<DiskFacts>): readonly string[] {
  return judgeDisk({ ...machine, ...facts }).map(({ state }) => state);
}
