import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyOf, pathOf } from "./file-keys.ts";

/** What Kubernetes takes as a key (apimachinery, IsConfigMapKey). */
const legal = (key: string): boolean =>
  /^[-._a-zA-Z0-9]+$/.test(key) && key.length <= 253 && key !== "." && !key.startsWith("..");

describe("the key of a file's path", () => {
  test.each([
    ["index.html", "index.html"],
    ["css/site_1.css", "css_2fsite_5f1.css"],
    [".well-known/security.txt", "_2ewell-known_2fsecurity.txt"],
    ["..odd", "_2e.odd"],
    ["ä b", "_c3_a4_20b"],
    ["", "_"],
  ])("of %j is %j", (path, key) => {
    expect(keyOf(path)).toBe(key);
    expect(pathOf(key)).toBe(path);
  });

  test("is legal and tells the path again, whatever it is, unless it is too long", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (path) => {
        const key = keyOf(path);
        expect(legal(key)).toBe(true);
        expect([path, undefined]).toContain(pathOf(key));
      }),
    );
  });

  test("is never that of another path", () => {
    const paths = ["a/b", "a_2fb", "a_b", "_", "_h", "", "x".repeat(300), `${"x".repeat(299)}y`];
    expect(new Set(paths.map(keyOf)).size).toBe(paths.length);
    expect(pathOf(keyOf("x".repeat(300)))).toBeUndefined();
  });

  test("of nobody's is no path", () => {
    expect(pathOf("a_b")).toBeUndefined();
    expect(pathOf("a_2")).toBeUndefined();
  });
});
