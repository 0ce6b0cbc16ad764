import { expect, test } from "vitest";
import { closingLine, failureLines, secondTryLines } from "./reporter.ts";

test("a run ends with how many tests passed and failed, in plain words that other programs read", () => {
  expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(closingLine({ passed: 3, failed: 2, skipped: 1 })).toBe("3 passed, 2 failed, 1 skipped");
});

test("before it stands what failed: where, and the first lines of why, without colours", () => {
  const message = `\u001b[31mexpected 200, got 503\u001b[0m\n\n${"more\n".repeat(9)}`;
  const lines = failureLines([
    { project: "unit", file: "src/x.test.ts", name: "x > answers", message },
    { project: "slow", file: "test/slow/y.test.ts", message: "no such module" },
  ]);
  expect(lines).toEqual([
    "what failed:",
    "  [unit] src/x.test.ts: x > answers",
    "      expected 200, got 503",
    ...Array.from({ length: 5 }, () => "      more"),
    "  [slow] test/slow/y.test.ts: the file itself",
    "      no such module",
  ]);
  expect(failureLines([])).toEqual([]);
});

test("what came right when it was tried again is not kept quiet", () => {
  const flaky = { project: "kubernetes", file: "src/x.test.ts", name: "x > answers", message: "expected 200, got 503" };
  expect(secondTryLines([flaky])).toEqual([
    "what passed only when it was tried again:",
    "  [kubernetes] src/x.test.ts: x > answers",
    "      expected 200, got 503",
  ]);
  expect(secondTryLines([])).toEqual([]);
});
