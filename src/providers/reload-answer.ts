import { fail } from "../lib/problem.ts";
import { visible } from "../lib/text.ts";
import type { Container, Reload } from "../resource/kinds/container.ts";

/** The lines that are to be said before a reload, of the text that has them. */
export function reloadLines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** Takes what a container answered to its reload for a success, or throws the problem `RELOAD_FAILED` with what it said. */
export function mustHaveReloaded({ service }: Container, { expect }: Reload, answer: string): void {
  if (answer.includes(expect)) return;
  const lines = answer
    .split("\n")
    .map(visible)
    .filter((line) => line.trim() !== "");
  fail("RELOAD_FAILED", `${service} did not take up its new settings and runs on with the old ones`, {
    expected: expect,
    got: lines[0] ?? "no answer",
    detail: lines.slice(-12),
    hint: `freehold logs ${service} may tell more`,
  });
}
