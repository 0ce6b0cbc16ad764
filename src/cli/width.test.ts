import { describe, expect, test } from "vitest";
import { clip, pad, widthOf, wrap } from "./width.ts";

describe("cells of a terminal", () => {
  test("wide characters take two, marks on others none", () => {
    expect(widthOf("blog")).toBe(4);
    expect(widthOf("日本")).toBe(4);
    expect(widthOf("🙂")).toBe(2);
    expect(widthOf("e\u0301")).toBe(1);
  });

  test("text is filled by cells, not by characters, so that columns stay straight", () => {
    expect(pad("日", 4)).toBe("日  ");
    expect(pad("longer", 4)).toBe("longer");
  });

  test("text that is too long is cut with a mark that says so, and never in the middle of a character", () => {
    expect(clip("calendar", 8)).toBe("calendar");
    expect(clip("calendars", 8)).toBe("calenda…");
    expect(clip("日本語", 4)).toBe("日…");
  });

  test("words are wrapped within the width, and one that is longer stands alone", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("a https://example.org/long b", 10)).toEqual(["a", "https://example.org/long", "b"]);
    expect(wrap("", 10)).toEqual([]);
  });
});
