import { expect, test } from "vitest";
import { systemClock } from "../../lib/clock.ts";
import { examine } from "./examine.ts";

test("every machine can be examined, and whatever is not fine comes with what was expected and how to mend it", async () => {
  const findings = await examine({
    roots: { root: "/nonexistent/freehold", run: "/nonexistent/run" },
    clock: systemClock,
  });
  expect(findings.length).toBeGreaterThan(15);
  expect(new Set(findings.map(({ name }) => name)).size).toBe(findings.length);
  for (const { state, found, expected, fix } of findings) {
    expect(found).not.toBe("");
    if (state !== "fine") expect([expected, fix]).not.toContain(undefined);
  }
});
