import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../lib/problem.ts";
import { status } from "./commands/status.ts";
import { commands } from "./commands.ts";
import { candidates } from "./complete.ts";
import { optionsOf, parse } from "./parser.ts";
import { renderLine } from "./render.ts";
import { widthOf, wrap } from "./width.ts";

const flags = commands.flatMap((command) =>
  optionsOf(command).flatMap(({ flag, short }) => [flag, ...(short ? [short] : [])]),
);
const word = fc.oneof(
  fc.constantFrom(
    ...commands.map(({ name }) => name),
    ...flags,
    "--",
    "-",
    "help",
    "--site=x",
    "__proto__",
    "constructor",
    "-yf",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const line = fc.array(word, { maxLength: 6 });

describe("whatever somebody types", () => {
  test("is a command, a question for help, or wrong usage in our own words", () => {
    fc.assert(
      fc.property(line, (argv) => {
        try {
          parse(argv, commands, status);
        } catch (thrown) {
          if (!(thrown instanceof ProblemError)) throw thrown;
          expect(thrown.problem.code).toMatch(/^USAGE_/);
          expect(thrown.problem.hint).toMatch(/--help/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("can be completed, to words that begin as it does", async () => {
    await fc.assert(
      fc.asyncProperty(line, async (argv) => {
        const found = await candidates(argv, commands, { cwd: "/", home: "/nowhere" });
        for (const it of found) expect(it === ":directory" || it.startsWith(argv.at(-1) ?? "")).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("is harmless when it is shown, and wrapped to its width", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
        expect(renderLine(text, "colour")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
        for (const row of wrap(text, 20)) expect(widthOf(row) <= 20 || !/\s/u.test(row)).toBe(true);
      }),
    );
  });
});
