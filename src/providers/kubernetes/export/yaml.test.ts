import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { yamlOf } from "./yaml.ts";

/** What readers take for something else, or trip over. */
const tricky = [
  "yes",
  "017",
  "1e3",
  "12:30",
  "2026-01-02",
  "~",
  "\t",
  "a\tb",
  "\n\ta",
  " \t\n",
  "#",
  ": ",
  "- ",
  "\u2028",
  "\u0085",
  "\ufeff",
  "\r",
  "'",
  '"',
  "\\",
  "%",
  "é",
  "😀",
  "\n",
  " ",
  "x",
];

const texts = fc.dictionary(
  fc.string({ unit: fc.constantFrom("a", "b", "y", "1", "-"), minLength: 1 }),
  fc.string({ unit: fc.constantFrom(...tricky), maxLength: 8 }),
);

test("whatever is written is read again, by YAML 1.1 and 1.2", () => {
  fc.assert(
    fc.property(texts, (data) => {
      const text = yamlOf({ data });
      expect(parse(text, { version: "1.2" })).toEqual({ data });
      expect(parse(text, { version: "1.1" })).toEqual({ data });
    }),
  );
});

test("texts of several lines stand as lines, for people", () => {
  expect(yamlOf({ a: "one\n\ttwo\n" })).toBe("a: |\n  one\n  \ttwo\n");
});

test("what a block cannot bear for every reader is quoted", () => {
  expect(yamlOf({ a: "\n\tone\n" })).toBe('a: "\\n\\tone\\n"\n');
  expect(yamlOf({ a: "one\u2028two\n" })).toBe('a: "one\\Ltwo\\n"\n');
});
