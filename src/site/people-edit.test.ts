import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../lib/problem.ts";
import { parse } from "./parse.ts";
import { setPassword } from "./people-edit.ts";

const hash = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$c29tZWhhc2g";

function code(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problem.code;
    throw thrown;
  }
  return "no problem";
}

describe("setting a password", () => {
  test("replaces the old one and keeps every comment and blank", () => {
    const text = "# who\nada:   # the first\n  password: old   # from spring\n\n  groups: [ family ]\nben: {}\n";
    expect(setPassword(text, "ada", hash)).toBe(text.replace("old", hash));
  });

  test("adds a line behind the person's last one, comments left where they are", () => {
    const text = "ada:\n  keys:\n    - a b   # laptop\n# next\nben: {}\n";
    expect(setPassword(text, "ada", hash)).toBe(
      `ada:\n  keys:\n    - a b   # laptop\n  password: ${hash}\n# next\nben: {}\n`,
    );
  });

  test("adds a line to a file without a newline at its end", () => {
    expect(setPassword("ada:\n  title: Ada", "ada", hash)).toBe(`ada:\n  title: Ada\n  password: ${hash}\n`);
  });

  test("quotes it inside braces, where commas mean something", () => {
    expect(setPassword("ada: {}\n", "ada", hash)).toBe(`ada: {password: '${hash}'}\n`);
    expect(setPassword("ada: {title: A}\n", "ada", hash)).toBe(`ada: {password: '${hash}', title: A}\n`);
  });

  test("fills in a value that was left empty", () => {
    expect(setPassword("ada:\n  password:\n  title: A\n", "ada", hash)).toBe(`ada:\n  password: ${hash}\n  title: A\n`);
  });

  test("replaces a value over several lines", () => {
    expect(setPassword("ada:\n  password: |\n    old\n  title: A\n", "ada", hash)).toBe(
      `ada:\n  password: ${hash}\n  title: A\n`,
    );
  });

  test("refuses a person who is not there, and a file that is no YAML", () => {
    expect(code(() => setPassword("ada: {}\n", "adda", hash))).toBe("PERSON_UNKNOWN");
    expect(code(() => setPassword("", "ada", hash))).toBe("PERSON_UNKNOWN");
    expect(code(() => setPassword("ada: {\n", "ada", hash))).toBe("YAML_SYNTAX");
  });
});

test("whatever stands there, the edit changes that one value or nothing", () => {
  const indent = fc.constantFrom("  ", "    ");
  const comment = fc.constantFrom("", " # note", "\n  # between");
  const person = fc
    .tuple(
      indent,
      comment,
      fc.subarray(["title: A", "groups: [a, b]", "password: x", "keys:\n      - a b"]),
      fc.string(),
    )
    .map(([space, note, lines, title]) =>
      lines.length === 0
        ? "ada: {}\n"
        : `ada:\n${lines.map((line) => `${space}${line}${note}\n`).join("")}ben: {title: ${JSON.stringify(title)}}\n`,
    );
  fc.assert(
    fc.property(person, (text) => {
      if (parse("people.yaml", text).problems.length > 0) return;
      const value = parse("people.yaml", setPassword(text, "ada", hash)).value;
      expect(value).toMatchObject({ ada: { password: hash } });
    }),
    { numRuns: 300 },
  );
});
