import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../lib/problem.ts";
import { parse } from "./parse.ts";
import { setInvitation, setPassword } from "./people-edit.ts";

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

describe("an invitation", () => {
  const digest = "0123456789abcdef".repeat(4);
  const until = Date.UTC(2026, 11, 1, 18, 0, 0, 7);
  const written = `{digest: '${digest}', until: 2026-12-01T18:00:00Z}`;

  test("is added behind the person's last line, or in braces", () => {
    expect(setInvitation("ada:\n  title: A # x\nben: {}\n", "ada", digest, until)).toBe(
      `ada:\n  title: A # x\n  invitation: ${written}\nben: {}\n`,
    );
    expect(setInvitation("ada: {}\n", "ada", digest, until)).toBe(`ada: {invitation: ${written}}\n`);
  });

  test("takes the place of a password, and a password that of an invitation, comments kept", () => {
    const text = `# who\nada:\n  password: ${hash}   # from spring\n  title: A\n`;
    const invited = setInvitation(text, "ada", digest, until);
    expect(invited).toBe(text.replace(`password: ${hash}`, `invitation: ${written}`));
    expect(setPassword(invited, "ada", hash)).toBe(text);
  });

  test("takes the place of an older one, over several lines as well", () => {
    const text = "ada:\n  invitation:\n    digest: abc\n    until: 2026-01-01\n  # next\n  title: A\n";
    const value = parse("people.yaml", setInvitation(text, "ada", digest, until)).value;
    expect(value).toEqual({ ada: { invitation: { digest, until: "2026-12-01T18:00:00Z" }, title: "A" } });
    const last = parse("people.yaml", setPassword(text.replace("  # next\n  title: A\n", ""), "ada", hash)).value;
    expect(last).toEqual({ ada: { password: hash } });
  });

  test("of digits alone stays text", () => {
    const value = parse("people.yaml", setInvitation("ada: {}\n", "ada", "1".repeat(64), until)).value;
    expect(value).toMatchObject({ ada: { invitation: { digest: "1".repeat(64) } } });
  });

  test("beside a password is left to the person to mend", () => {
    const text = `ada: {password: x, invitation: ${written}}\n`;
    expect(code(() => setPassword(text, "ada", hash))).toBe("PASSWORD_AND_INVITATION");
    expect(code(() => setInvitation(text, "ada", digest, until))).toBe("PASSWORD_AND_INVITATION");
  });
});

test("whatever stands there, the edit changes that one value or nothing", () => {
  const indent = fc.constantFrom("  ", "    ");
  const comment = fc.constantFrom("", " # note", "\n  # between");
  const person = fc
    .tuple(
      indent,
      comment,
      fc.subarray(["title: A", "groups: [a, b]", "password: x", "invitation: {digest: a}", "keys:\n      - a b"]),
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
      if (/password.*invitation/s.test(text)) return;
      const value = parse("people.yaml", setPassword(text, "ada", hash)).value;
      expect(value).toMatchObject({ ada: { password: hash } });
      expect(value).not.toHaveProperty("ada.invitation");
      const invited = parse("people.yaml", setInvitation(text, "ada", "abc", 0)).value;
      expect(invited).toMatchObject({ ada: { invitation: { digest: "abc" } } });
    }),
    { numRuns: 300 },
  );
});
