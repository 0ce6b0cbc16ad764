import { expect, test } from "vitest";
import { problem } from "../../lib/problem.ts";
import { render } from "../render.ts";
import { checkText } from "./check.ts";

test("a flood of problems is bounded, and counted", () => {
  const problems = Array.from({ length: 5000 }, (_, index) => problem("X", `number ${index}`));
  const text = render(checkText({ problems, broken: [], files: ["site.yaml"] }, 80), "plain");
  expect(text.split("\n").length).toBeLessThan(200);
  expect(text).toContain("… and 4,950 more problems: freehold check --json lists all.");
});
