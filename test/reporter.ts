import { stripVTControlCharacters } from "node:util";
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

/** What one failure is about: a test by its full name, or its file when that could not be loaded or prepared. */
export type Failure = {
  readonly project: string;
  readonly file: string;
  readonly name?: string;
  readonly message: string;
};

/** How many lines of a failure's message are shown, and how many characters of each. */
const shown = { lines: 6, characters: 160 };

/**
 * What failed, in lines for who sees only the end of a run: `what failed:`, then `  [unit] src/x.test.ts: name` and the first lines of its
 * message, indented further. No line when nothing failed.
 */
export function failureLines(failures: readonly Failure[]): readonly string[] {
  return linesUnder("what failed:", failures);
}

/** The same of what failed at first and passed when it was tried again. */
export function secondTryLines(failures: readonly Failure[]): readonly string[] {
  return linesUnder("what passed only when it was tried again:", failures);
}

function linesUnder(title: string, failures: readonly Failure[]): readonly string[] {
  if (failures.length === 0) return [];
  const lines = failures.flatMap(({ project, file, name, message }) => [
    `  [${project}] ${file}: ${name ?? "the file itself"}`,
    ...firstLines(message).map((line) => `      ${line}`),
  ]);
  return [title, ...lines];
}

/** Ends a run with what failed, and one plain line that people and machines read: see {@link closingLine}. */
export function closingReporter(): Reporter {
  return {
    onTestRunEnd(modules, errors) {
      const stray = errors.map(({ message }) => ({ project: "-", file: "-", name: "outside of any test", message }));
      const lines = failureLines([...modules.flatMap(failuresOf), ...stray]);
      const tries = secondTryLines(modules.flatMap((module) => testsOf(module, "passed")));
      process.stdout.write(`\n${[...tries, ...lines, closingLine(tally(modules, errors.length))].join("\n")}\n`);
    },
  };
}

function failuresOf(module: TestModule): readonly Failure[] {
  const about = { project: module.project.name, file: module.relativeModuleId };
  const suites = [...module.children.allSuites()].flatMap((suite) =>
    suite.errors().map(({ message }) => ({ ...about, name: suite.fullName, message })),
  );
  const loading = module.errors().map(({ message }) => ({ ...about, message }));
  return [...loading, ...suites, ...testsOf(module, "failed")];
}

/** The tests of a module that ended so and met an error; those that passed met it in an earlier try. */
function testsOf(module: TestModule, state: "failed" | "passed"): readonly Failure[] {
  return [...module.children.allTests(state)].flatMap((test) => {
    const errors = test.result().errors ?? [];
    if (state === "passed" && errors.length === 0) return [];
    const message = errors.map(({ message, diff = "" }) => `${message}\n${diff}`).join("\n");
    return [{ project: module.project.name, file: module.relativeModuleId, name: test.fullName, message }];
  });
}

function firstLines(message: string): readonly string[] {
  const lines = stripVTControlCharacters(message)
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.slice(0, shown.lines).map((line) => line.slice(0, shown.characters));
}

function hasFailedTest(module: TestModule): boolean {
  return [...module.children.allTests()].some((test) => test.result().state === "failed");
}
