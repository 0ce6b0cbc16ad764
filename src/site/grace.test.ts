import { expect, test } from "vitest";
import { loadFiles, problemLine } from "./cases/case.ts";
import { graceOf } from "./grace.ts";

const head = "name: home\ndomain: example.org\n";

test.each([
  ["", 30 * 86_400_000],
  ["grace: 90d\n", 90 * 86_400_000],
  ["grace: 5s\n", 5000],
  ["grace: never\n", "never"],
])("state is kept as site.yaml says: %j", async (line, expected) => {
  const { site, problems } = await loadFiles({ "site.yaml": head + line });
  expect(problems).toEqual([]);
  expect(site && graceOf(site)).toBe(expected);
});

test.each([
  ["grace: 30\n", "DURATION_INVALID"],
  ["grace: 0s\n", "DURATION_INVALID"],
  ["grace: 11y\n", "DURATION_INVALID"],
  ["grace: 99999d\n", "DURATION_INVALID"],
  ["grace: no\n", "DURATION_INVALID"],
  ["grace: [30d]\n", "TYPE_WRONG"],
])("no grace is read from what could mean anything: %j", async (line, code) => {
  const { problems } = await loadFiles({ "site.yaml": head + line });
  expect(problems.map(problemLine)).toEqual([`site.yaml:3:8 ${code}`]);
});
