import type { Reporter, TestModule } from "vitest/node";

/** How many tests ended how. A test file that could not even be loaded counts as one failure. */
export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** Counts the tests of a run, and what went wrong outside of any test. */
export function tally(modules: readonly TestModule[], strayErrors: number): Tally {
  const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
  const count = (state: string): number => states.filter((one) => one === state).length;
  const unloaded = modules.filter((module) => module.state() === "failed" && !hasFailedTest(module)).length;
  return { passed: count("passed"), failed: count("failed") + unloaded + strayErrors, skipped: count("skipped") };
}

/** `12 passed, 0 failed`, and what was skipped if anything was. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

/** Ends a run with one plain line that people and machines read: see {@link closingLine}. */
export function closingReporter(): Reporter {
  return {
    onTestRunEnd(modules, errors) {
      process.stdout.write(`\n${closingLine(tally(modules, errors.length))}\n`);
    },
  };
}

function hasFailedTest(module: TestModule): boolean {
  return [...module.children.allTests()].some((test) => test.result().state === "failed");
}
