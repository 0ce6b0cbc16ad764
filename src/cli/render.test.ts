import { describe, expect, test } from "vitest";
import { render, renderJson, renderLine } from "./render.ts";
import { tone } from "./span.ts";

describe("what reaches a terminal", () => {
  test("holds no escape sequence that a person wrote into a title, coloured or not", () => {
    const evil = "\x1b]0;owned\x07\x1b[2J\u202e\r\n\u009b31m";
    for (const paint of ["plain", "colour"] as const) {
      const text = renderLine([tone("bad", evil), evil], paint)
        .replaceAll("\x1b[31m", "")
        .replaceAll("\x1b[39m", "");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
      expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    }
  });

  test("is coloured only where colours are wanted, and says the same without", () => {
    const line = ["  ", tone("good", "✔"), " blog"];
    expect(renderLine(line, "plain")).toBe("  ✔ blog");
    expect(renderLine(line, "colour")).toBe("  \x1b[32m✔\x1b[39m blog");
  });

  test("has no spaces at the ends of lines", () => {
    expect(render(["a  ", [tone("dim", "b "), "  "], ""], "plain")).toBe("a\nb\n\n");
  });

  test("is one line of text for one line of a view, whatever stands in it", () => {
    expect(render(["one\ntwo"], "plain").split("\n")).toHaveLength(2);
  });
});

describe("JSON on a terminal", () => {
  test("reads back as the same value, with every control character escaped", () => {
    const value = { title: "a\u009b31m\u202e\u2028\u007fz", list: ["\x1b[0m", "ü🙂"] };
    for (const indent of [0, 2]) {
      const text = renderJson(value, indent);
      expect(JSON.parse(text)).toEqual(value);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
      expect(text.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
    }
  });
});
