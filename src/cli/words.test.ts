import { describe, expect, test } from "vitest";
import { count, duration, listed, size } from "./words.ts";

describe("numbers in words", () => {
  test("one of a thing is one, several are many", () => {
    expect(count(1, "service")).toBe("1 service");
    expect(count(3714, "attempt")).toBe("3,714 attempts");
  });

  test("times have the unit that a person thinks in", () => {
    expect([40, 3800, 12_000, 150_000, 7_300_000, 400_000_000].map(duration)).toEqual([
      "0.0 s",
      "3.8 s",
      "12 s",
      "3 min",
      "2 h",
      "5 days",
    ]);
  });

  test("sizes are binary, with a digit behind the point while they are small", () => {
    expect([12, 1024, 35_651_584, 1_288_490_189].map(size)).toEqual(["12 B", "1.0 KB", "34 MB", "1.2 GB"]);
  });

  test("names are listed as in a sentence, and many are counted", () => {
    expect(listed([])).toBe("");
    expect(listed(["a"])).toBe("a");
    expect(listed(["a", "b", "c"])).toBe("a, b and c");
    expect(listed(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more");
  });
});
