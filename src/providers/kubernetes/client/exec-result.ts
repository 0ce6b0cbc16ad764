import { listAt, parseJson, textAt } from "../../../lib/json.ts";
import { ProblemError, problem } from "../../../lib/problem.ts";
import { shorten, visible } from "../../../lib/text.ts";
import { type Task, thingOf } from "./task.ts";

/** What the last message of a command tells: its exit code, or why it did not run (`EXEC_FAILED`). */
export function exitCode(task: Task, message: string): number | ProblemError {
  const status = parseJson(message);
  if (textAt(status, "status") === "Success") return 0;
  const code = listAt(status, "details", "causes").find((cause) => textAt(cause, "reason") === "ExitCode");
  if (textAt(status, "reason") === "NonZeroExitCode" && code !== undefined) return Number(textAt(code, "message"));
  const words = shorten(visible(textAt(status, "message") || message), 1_000);
  return new ProblemError(problem("EXEC_FAILED", `the command could not be run in ${thingOf(task)}: ${words}`));
}

/** The connection ended before the command did (`EXEC_FAILED`, transient): what became of it is not known. */
export function lostCommand(task: Task, cause: unknown): ProblemError {
  return new ProblemError(
    problem("EXEC_FAILED", `the connection to the command in ${thingOf(task)} ended before the command did`, {
      kind: "transient",
    }),
    cause === undefined ? {} : { cause },
  );
}
