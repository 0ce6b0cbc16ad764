import { describe, expect, test } from "vitest";
import { problem } from "../../lib/problem.ts";
import { render } from "../render.ts";
import { problemsJson, problemsText } from "./problems.ts";

const place = { file: "services/vault.yaml", line: 4, column: 9, length: 8 };

function shown(...problems: Parameters<typeof problemsText>[0]): string {
  return render(problemsText(problems, 60), "plain");
}

describe("a problem", () => {
  test("shows its line with the one above, and a mark under what is meant", () => {
    const source = { source: "reach: [mial:587]", before: "port: 80" };
    expect(
      shown(
        problem("REACH_UNKNOWN_SERVICE", 'expected a service, got "mial"', {
          place: { ...place, ...source },
          hint: "did you mean mail?",
        }),
      ),
    ).toBe(`services/vault.yaml:4:9  REACH_UNKNOWN_SERVICE
    3 | port: 80
    4 | reach: [mial:587]
      |         ^^^^^^^^ expected a service, got "mial"
  hint: did you mean mail?
`);
  });

  test("is shown around its mark when the line is long, and never beyond the window", () => {
    const long = `${"x".repeat(100)}HERE${"y".repeat(100)}`;
    const text = shown(problem("X", "expected less", { place: { ...place, column: 101, length: 4, source: long } }));
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
    const [, source = "", mark = ""] = text.split("\n");
    expect(source.slice(mark.indexOf("^"), mark.indexOf("^") + 4)).toBe("HERE");
  });

  test("marks what stands behind wide characters", () => {
    const text = shown(problem("X", "no", { place: { ...place, column: 6, length: 2, source: "a: 日本zz" } }));
    expect(text.split("\n").slice(1, 3)).toEqual(["    4 | a: 日本zz", "      |        ^^ no"]);
  });

  test("without a place is a sentence, with its path", () => {
    expect(shown(problem("X_Y", "expected that", { path: "expose[0]", detail: ["last words"] }))).toBe(
      "X_Y\n  expose[0]: expected that\n    last words\n",
    );
  });

  test("as JSON has every key, null where there is nothing", () => {
    expect(problemsJson([problem("X", "no")])).toEqual({
      problems: [
        {
          code: "X",
          severity: "error",
          file: null,
          line: null,
          column: null,
          path: null,
          message: "no",
          expected: null,
          got: null,
          hint: null,
        },
      ],
    });
  });
});
