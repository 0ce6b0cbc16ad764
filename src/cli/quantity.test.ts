import { describe, expect, test } from "vitest";
import { readCount, readDuration } from "./quantity.ts";

describe("a span of time that somebody types", () => {
  test("is read in the units of the language", () => {
    expect(readDuration("90s")).toBe(90_000);
    expect(readDuration("1h30m")).toBe(5_400_000);
    expect(readDuration("2d")).toBe(172_800_000);
  });

  test.each(["", "10", "m", "10 m", "-5m", "1.5h", "5y"])("is refused as %j", (text) => {
    expect(() => readDuration(text)).toThrow("expected a span of time");
  });
});

describe("a count that somebody types", () => {
  test("is a whole number", () => {
    expect(readCount("0")).toBe(0);
    expect(readCount("250")).toBe(250);
  });

  test.each(["", "-1", "1e9", "12345678", "0x10"])("is refused as %j", (text) => {
    expect(() => readCount(text)).toThrow("expected a number");
  });
});
