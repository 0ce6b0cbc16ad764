import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, either, nearest, shorten, visible } from "./text.ts";

describe("text from outside", () => {
  test("shows escape sequences instead of sending them to the terminal", () => {
    expect(visible("\u001b[31mred\u0007\n\u007f\u009b")).toBe("␛[31mred␇␊␡�");
  });

  test("shows marks that hide or turn text", () => {
    expect(visible("a\u202eb\u200bc\ufeff")).toBe("a�b�c�");
  });

  test("keeps its columns and everything that can be read", () => {
    expect(visible("Größe 😀 naïve 日本")).toBe("Größe 😀 naïve 日本");
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => visible(text).length === text.length));
  });

  test("is well-formed afterwards", () => {
    expect(visible("\ud800x\udc00")).toBe("�x�");
  });

  test("is cut without halving a character", () => {
    expect(shorten("abcdef", 4)).toBe("abc…");
    expect(shorten("ab😀cd", 4)).toBe("ab…");
    expect(shorten("abcd", 4)).toBe("abcd");
  });
});

describe("did you mean", () => {
  test.each([
    ["mial", ["mail", "main"], "mail"],
    ["prot", ["port", "ports"], "port"],
    ["titel", ["title", "static"], "title"],
    ["PORT", ["port"], "port"],
    ["x", ["port"], undefined],
    ["image", ["reach", "health"], undefined],
  ])("%s among %j: %s", (word, candidates, meant) => {
    expect(nearest(word, candidates)).toBe(meant);
  });

  test("a very long word costs nothing", () => {
    expect(nearest("x".repeat(100_000), ["x".repeat(99_999)])).toBeUndefined();
  });

  test("a distance is a distance: none to oneself, the same both ways, never more than the longer word", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

test("alternatives read as a sentence", () => {
  expect([either(["a"]), either(["a", "b"]), either(["a", "b", "c"])]).toEqual(["a", "a or b", "a, b or c"]);
});
