import { expect, test } from "vitest";
import { closingLine } from "./reporter.ts";

test("a run ends with how many tests passed and failed, in plain words that other programs read", () => {
  expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(closingLine({ passed: 3, failed: 2, skipped: 1 })).toBe("3 passed, 2 failed, 1 skipped");
});
