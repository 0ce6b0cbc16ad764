import { describe, expect, test } from "vitest";
import { problem } from "../../lib/problem.ts";
import { render } from "../render.ts";
import { stayingText } from "./progress.ts";
import { type Undone, undoneText } from "./undone.ts";

const undone: Undone = {
  at: "undone",
  service: "mail",
  problem: problem("CONTAINER_UNHEALTHY", "it does not answer"),
  touched: true,
  stateOf: new Date(2026, 10, 21, 21, 4, 11).getTime(),
  away: 6000,
};
const words = (event: Undone, columns = 80): string => render(undoneText(event, columns), "plain");

describe("what became of a service that went back", () => {
  test("says whose version and data it has, and how long it was away", () => {
    expect(words(undone)).toBe(
      "  ↩ mail       the old version is back, with its data of 21:04:11; it was away\n               for 6.0 s\n",
    );
  });

  test("does not speak of data or of a gap where there was none", () => {
    const { stateOf: _state, away: _away, ...bare } = undone;
    expect(words(bare)).toBe("  ↩ mail       the old version is back\n");
    expect(words({ ...bare, touched: false })).toMatch(/nothing of it was changed: the old version runs on\n/);
  });

  test("fits the window, however long its name", () => {
    for (const columns of [40, 80, 200]) {
      const lines = words({ ...undone, service: "m".repeat(20) }, columns).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });
});

describe("what stays of a way back", () => {
  test("is nothing of its steps, and all of its failure", () => {
    const step = { action: "remove", was: { resource }, because: { changes: [] } } as const;
    const outcome = { step, result: "done", milliseconds: 5 } as const;
    expect(stayingText({ at: "back", event: { at: "end", outcome } }, 80)).toEqual([]);
    const failure = problem("DISK_FULL", "its state could not be put back: the disk is full", { hint: "make room" });
    const told = render(stayingText({ at: "not undone", service: "mail", problem: failure }, 80), "plain");
    expect(told).toMatch(/✖ mail +its state could not be put back[\s\S]*hint: make room/);
  });
});

const resource = {
  kind: "file",
  id: "file/mail/a",
  service: "mail",
  needs: [],
  content: { from: "text", entries: {} },
  owner: 0,
  secret: false,
} as const;
