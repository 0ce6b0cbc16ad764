import { expect, test } from "vitest";
import { problem } from "../../lib/problem.ts";
import type { Origin } from "../../observe/origin.ts";
import { wordsOf } from "../span.ts";
import { leavingText, originJson, originRemedy, originText } from "./origin.ts";

const hour = 3_600_000;
const now = 100 * hour;
const revision = {
  ...{
    commit: "0123456789abcdef",
    parents: [],
    author: { name: "Ada", email: "ada@example.org" },
    authoredAt: 97 * hour,
  },
  ...{ subject: "A blog", body: "", signer: { name: "ada", key: "SHA256:x", by: "ssh" as const } },
};
const unsigned = problem("UNSIGNED", "expected a signature, got none", { hint: "git commit --amend -S" });
const ill = problem("CONTAINER_UNHEALTHY", "mail gave no answer", { detail: ["password=hunter2"] });

function lines(origin: Partial<Origin>, columns = 80): readonly string[] {
  return originText({ held: [], ...origin }, now, columns).map(wordsOf);
}

test("what runs has its commit, who wrote it, and how long ago, in one line", () => {
  expect(lines({ revision })).toEqual(["0123456 by Ada, 3 h ago: A blog"]);
  expect(lines({ revision: { ...revision, subject: "x".repeat(200) } })[0]?.length).toBe(80);
});

test("a refused head, a remote that is silent and a service that is held back are told with their reasons", () => {
  const refused = { commit: "ffffffffff", at: now - 300_000, problem: unsigned };
  const held = [
    { service: "mail", since: now - hour, revision: "abcdef012345", problem: ill, runs: "old" as const, isKept: true },
  ];
  const unreachable = { at: now - 120_000, failure: "expected git.example.org to answer, got silence" };
  const text = lines({ refused, unreachable, held }).join("\n");
  expect(text).toContain("fffffff was refused 5 min ago: expected a signature, got none");
  expect(text).toContain("The remote could not be asked 2 min ago:");
  expect(text).toContain("mail runs as before, since abcdef0 went wrong 60 min ago: mail gave no answer");
  expect(text).toContain("hint: git commit --amend -S");
  expect(originRemedy({ refused, held: [] })).toBe("freehold source");
  expect(originRemedy({ refused, held })).toBe("freehold logs mail --failed");
  expect(originRemedy({ held: held.map((one) => ({ ...one, isKept: false })) })).toBe("freehold history mail");
  expect(originRemedy({ held: [] })).toBeUndefined();
});

test("a service with nothing to go back to does not run as before", () => {
  const held = [{ service: "front", since: now, problem: ill, runs: "new" as const, isKept: false }];
  expect(lines({ held }).join(" ")).toContain(
    "the front door went wrong just now, and has no version before to go back to: mail gave",
  );
});

test("programs are told the same, without lines of a log", () => {
  const held = [{ service: "mail", since: now, problem: ill, runs: "old" as const, isKept: true }];
  const text = JSON.stringify(originJson({ revision, held }));
  expect(text).toContain('"subject":"A blog"');
  expect(text).toContain("CONTAINER_UNHEALTHY");
  expect(text).not.toContain("hunter2");
});

test("state that is on its way out has a date, or none where it is kept for ever", () => {
  const day = new Date(2026, 11, 21, 12).getTime();
  const words = (until?: number) =>
    leavingText([{ service: "old", state: ["old/data"], ...(until && { until }) }], day - 30 * 24 * hour, 100).map(
      wordsOf,
    );
  expect(words(day)).toEqual([
    "The state of old (old/data) is in nobody's use and is deleted on 2026-12-21, in 30 days.",
  ]);
  expect(words()).toEqual(["The state of old (old/data) is in nobody's use and kept."]);
});
