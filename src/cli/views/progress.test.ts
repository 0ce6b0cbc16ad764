import { describe, expect, test } from "vitest";
import { compile } from "../../features/compile.ts";
import { sampleService, sampleSite } from "../../features/sample-site.ts";
import { problem } from "../../lib/problem.ts";
import type { Step } from "../../plan/step.ts";
import { render } from "../render.ts";
import type { Text } from "../span.ts";
import { begunText, endedText, type Progress, progressed, runningText } from "./progress.ts";

const resources = compile(sampleSite([sampleService("blog")]), { blog: 7 });
const words = (text: Text): string => render(text, "plain");

function create(id: string): Step {
  const resource = resources.find((it) => it.id === id);
  if (resource === undefined) throw new Error(`the sample has no ${id}`);
  return { action: "create", resource, because: { changes: [] } };
}

describe("what runs now", () => {
  const step = create("container/blog/blog");
  const none: Progress = { running: [] };

  test("is shown once it takes longer than a blink, with what it waits for", () => {
    const begun = progressed(none, { at: "start", step }, 1000);
    expect(runningText(begun, 1100, 80)).toEqual([]);
    expect(words(runningText(begun, 1900, 80))).toMatch(/^ {2}⠋?.? blog +starting +0\.9 s\n$/);
    const told = progressed(begun, { at: "report", step, phrase: "waiting for port 80" }, 2000);
    expect(words(runningText(told, 6200, 80))).toMatch(/blog +waiting for port 80 +5\.2 s/);
  });

  test("is gone when it ended", () => {
    const begun = progressed(none, { at: "start", step }, 1000);
    const ended = progressed(begun, { at: "end", outcome: { step, result: "done", milliseconds: 5 } }, 1005);
    expect(ended).toEqual(none);
  });

  test("fits the window, whatever it says", () => {
    const begun = progressed(none, { at: "start", step }, 0);
    const told = progressed(begun, { at: "report", step, phrase: "x".repeat(300) }, 0);
    for (const columns of [40, 80, 200]) {
      const [line = ""] = words(runningText(told, 1000, columns)).split("\n");
      expect(line.length).toBeLessThanOrEqual(columns);
    }
  });
});

describe("what ended", () => {
  test("says what a person knows by name, and is silent about the rest", () => {
    const done = (id: string): string => words(endedText({ step: create(id), result: "done", milliseconds: 400 }, 80));
    expect(done("container/blog/blog")).toMatch(/✔ blog +healthy +0\.4 s/);
    expect(done("image/blog/blog")).toMatch(/✔ blog +image ready/);
    expect(done("network/blog")).toBe("");
  });

  test("tells of a failure with the last words of what failed, however quiet the thing is otherwise", () => {
    const failed = problem("X", "expected room on the disk, got none", {
      detail: ["no space left"],
      hint: "make room",
    });
    expect(
      words(endedText({ step: create("network/blog"), result: "failed", problem: failed, milliseconds: 3 }, 80)),
    ).toBe("  ✖ blog       expected room on the disk, got none\n                no space left\n  hint: make room\n");
  });

  test("does not mention what was never begun", () => {
    expect(endedText({ step: create("container/blog/blog"), result: "skipped", milliseconds: 0 }, 80)).toEqual([]);
  });
});

test("where lines cannot be drawn again, slow things are announced and quick ones are not", () => {
  expect(words(begunText(create("image/blog/blog")))).toBe("    blog       fetching the image\n");
  expect(begunText(create("network/blog"))).toEqual([]);
});
