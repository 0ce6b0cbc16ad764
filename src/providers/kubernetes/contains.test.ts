import { describe, expect, test } from "vitest";
import { contains } from "./contains.ts";

describe("a live object has what was described", () => {
  test("with whatever the cluster filled in beside it", () => {
    expect(contains({ a: 1, b: { c: 2, d: 3 } }, { b: { c: 2 } })).toBe(true);
    expect(contains({ a: 1, b: { c: 4 } }, { b: { c: 2 } })).toBe(false);
    expect(contains({ a: 1 }, { b: { c: 2 } })).toBe(false);
  });

  test("also where the API leaves out what is empty, zero or false", () => {
    expect(contains({}, { optional: false, list: [], text: "", count: 0, none: undefined })).toBe(true);
    expect(contains({ optional: true }, { optional: false })).toBe(false);
    expect(contains({ list: [1] }, { list: [] })).toBe(false);
    expect(contains({ emptyDir: {} }, { emptyDir: {} })).toBe(true);
  });

  test("with quantities that mean the same, and not with others", () => {
    expect(contains({ cpu: "500m", memory: "128Mi" }, { cpu: "0.5", memory: "134217728" })).toBe(true);
    expect(contains({ cpu: "501m" }, { cpu: "0.5" })).toBe(false);
    expect(contains({ name: "a1m" }, { name: "a1k" })).toBe(false);
  });

  test("with further items of lists whose items have names, in any order", () => {
    const live = [{ name: "sidecar" }, { name: "main", image: "a", pull: "Always" }];
    expect(contains(live, [{ name: "main", image: "a" }])).toBe(true);
    expect(contains(live, [{ name: "main", image: "b" }])).toBe(false);
    expect(contains(live, [{ name: "other" }])).toBe(false);
  });

  test("and with exactly the items of all other lists", () => {
    expect(contains(["a", "b"], ["a", "b"])).toBe(true);
    expect(contains(["a", "b", "c"], ["a", "b"])).toBe(false);
    expect(contains(["b", "a"], ["a", "b"])).toBe(false);
  });
});
