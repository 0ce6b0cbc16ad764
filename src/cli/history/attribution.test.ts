import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attributed, changesOf } from "./attribution.ts";
import type { Version } from "./versions.ts";

function version(commit: string, parents: readonly string[], values: Record<string, string> | undefined): Version {
  const settings = values && new Map(Object.entries(values).map(([path, value]) => [path, { path, value, line: 1 }]));
  return { commit, parents, settings };
}

describe("who gave a setting its value", () => {
  const line = [
    version("c", ["b"], { memory: "512M", cpu: "1" }),
    version("b", ["a"], { memory: "256M", cpu: "1" }),
    version("a", [], { memory: "256M" }),
  ];

  test("is the commit since which it has that value", () => {
    expect(Object.fromEntries(attributed(line))).toEqual({ memory: "c", cpu: "b" });
  });

  test("is the later one when a value came back", () => {
    const back = [version("d", ["c"], { memory: "256M" }), ...line];
    expect(Object.fromEntries(attributed(back))).toEqual({ memory: "d" });
  });

  test("is in a merge the side that had it, and the merge itself for what neither had", () => {
    const merged = [
      version("m", ["x", "y"], { memory: "1G", cpu: "2", processes: "9" }),
      version("x", ["a"], { memory: "1G", cpu: "1" }),
      version("y", ["a"], { memory: "256M", cpu: "2" }),
      version("a", [], { memory: "256M", cpu: "1" }),
    ];
    expect(Object.fromEntries(attributed(merged))).toEqual({ memory: "x", cpu: "y", processes: "m" });
    expect(changesOf(merged, "memory").map(({ commit }) => commit)).toEqual(["x", "a"]);
  });

  test("is who mended a file that nobody could read, if the value changed with that", () => {
    const mended = [
      version("c", ["b"], { memory: "512M", cpu: "1" }),
      version("b", ["a"], undefined),
      version("a", [], { memory: "256M", cpu: "1" }),
    ];
    expect(Object.fromEntries(attributed(mended))).toEqual({ memory: "c", cpu: "a" });
  });

  test("is always a commit that has the value, and whose parents have another", () => {
    const values = fc.array(fc.record({ a: fc.constantFrom("1", "2"), b: fc.constantFrom("1", "2") }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(values, (all) => {
        const versions = all.map((value, index) =>
          version(`${index}`, index + 1 < all.length ? [`${index + 1}`] : [], value),
        );
        for (const [path, commit] of attributed(versions)) {
          const at = versions.findIndex((it) => it.commit === commit);
          const value = (index: number) => versions[index]?.settings?.get(path)?.value;
          expect(value(at)).toBe(value(0));
          expect(value(at + 1)).not.toBe(value(at));
        }
      }),
    );
  });
});

describe("the changes of a setting", () => {
  test("are told newest first, from what to what", () => {
    const versions = [
      version("d", ["c"], {}),
      version("c", ["b"], { memory: "512M" }),
      version("b", ["a"], { memory: "256M" }),
      version("a", [], {}),
    ];
    expect(changesOf(versions, "memory")).toEqual([
      { commit: "d", from: "512M" },
      { commit: "c", from: "256M", to: "512M" },
      { commit: "b", to: "256M" },
    ]);
    expect(changesOf(versions, "cpu")).toEqual([]);
  });
});
