import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openSealed, parseSealed, placeOfName, sealedWith, sealText } from "./sealed-text.ts";

const key = randomBytes(32);

function opened(sealed: string, place: string, by = key): string | undefined {
  const parts = parseSealed(sealed);
  return parts && openSealed(parts, by, place)?.toString("utf8");
}

describe("a sealed text", { timeout: 30_000 }, () => {
  test("opens to any text that was sealed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
        expect(opened(sealText(text, key, "a:"), "a:")).toBe(text);
      }),
    );
  });

  test("is never the same twice, so that nobody sees that two values are", () => {
    expect(sealText("x", key, "a:")).not.toBe(sealText("x", key, "a:"));
  });

  test("the empty text stays empty, as sops has it", () => {
    expect(sealText("", key, "a:")).toBe("");
  });

  test("does not open behind another name, nor with another key", () => {
    const sealed = sealText("x", key, placeOfName("a"));
    expect(opened(sealed, placeOfName("b"))).toBeUndefined();
    expect(opened(sealed, placeOfName("a"), randomBytes(32))).toBeUndefined();
  });

  test("any one character changed is noticed, also those that base64 would not mind", () => {
    for (const text of ["x", "xy", "xyz", "a longer one"]) {
      const sealed = sealText(text, key, "a:");
      for (let at = 0; at < sealed.length; at++) {
        for (const other of ["A", "B", "/", "=", "s", " ", "\n"]) {
          if (sealed[at] === other) continue;
          const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
          expect(opened(changed, "a:"), changed).toBeUndefined();
        }
      }
    }
  });

  test("a tag that was cut short is refused, since a short one is easily guessed", () => {
    const sealed = sealText("x", key, "a:");
    const tag = /tag:([^,]+)/.exec(sealed)?.[1] ?? "";
    const short = Buffer.from(tag, "base64").subarray(0, 4).toString("base64");
    expect(parseSealed(sealed.replace(tag, short))).toBeUndefined();
  });

  test("is sealed with another key and keeps its type", () => {
    const next = randomBytes(32);
    const sealed = sealedWith(next, sealText("12", key, "a:", "int"), key, "a:") ?? "";
    expect(sealed).toMatch(/type:int\]$/);
    expect(opened(sealed, "a:", next)).toBe("12");
  });
});
