import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { pushersTerminal } from "./narrow-terminal.ts";
import { createTerminal } from "./terminal.ts";

test("whoever pushes sees everything in order, in lines that fit behind what their git puts before them", () => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const terminal = pushersTerminal(createTerminal({ stdin, stdout, stderr }, {}));
  terminal.print([`    ${"word ".repeat(40)}end`]);
  terminal.say(["said"]);
  terminal.print(["short"]);
  const lines = String(stdout.read()).split("\n");
  expect(stderr.read()).toBeNull();
  expect(lines.every((line) => line.length <= 72)).toBe(true);
  expect(lines.slice(0, -3).every((line) => line.startsWith("    word"))).toBe(true);
  expect(lines.slice(-3)).toEqual(["said", "short", ""]);
  expect({ live: terminal.live, interactive: terminal.interactive, columns: terminal.columns }).toEqual({
    live: false,
    interactive: false,
    columns: 72,
  });
});
