import { type Problem, problem, problemOf } from "../lib/problem.ts";
import type { Context } from "./command.ts";
import { status } from "./commands/status.ts";
import { commandGroups, commands } from "./commands.ts";
import { exitOf } from "./exit.ts";
import { optionsOf, parse, rootOptions } from "./parser.ts";
import { nearestSite } from "./site-directory.ts";
import { version } from "./version.ts";
import { failureText } from "./views/failure.ts";
import { commandText, overviewText } from "./views/help.ts";
import { problemsJson } from "./views/problems.ts";

/**
 * Does what a command line (without the program's own name) asks for, and resolves with the exit code. Never throws: what fails
 * is said on standard error, and with `--json` in a document on standard output as well.
 */
export async function runProgram(argv: readonly string[], context: Context): Promise<number> {
  try {
    const asked = parse(argv, commands, status);
    if (argv.length === 0 && (await nearestSite(context.cwd)) === undefined) {
      context.terminal.print(overviewText(commandGroups, rootOptions));
      return 0;
    }
    if (asked.to === "run") return await asked.command.run(context, asked.input);
    if (asked.to === "tell the version") context.terminal.raw(`freehold ${await version(context.home)}\n`);
    else if (asked.command !== undefined) context.terminal.print(commandText(asked.command, optionsOf(asked.command)));
    else context.terminal.print(overviewText(commandGroups, rootOptions));
    return 0;
  } catch (thrown) {
    const failure = context.signal.aborted ? interruption : problemOf(thrown);
    sayFailure(failure, thrown, argv, context);
    return exitOf(failure);
  }
}

const interruption: Problem = problem("INTERRUPTED", "interrupted", { kind: "waiting" });

function sayFailure(failure: Problem, thrown: unknown, argv: readonly string[], { terminal }: Context): void {
  const own = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  terminal.say(failureText(failure, terminal.columns));
  if (own.includes("--debug")) terminal.say(trace(thrown));
  if (own.includes("--json")) terminal.json(problemsJson([failure]));
}

/** Where something was thrown, and what caused it. */
function trace(thrown: unknown): string[] {
  if (!(thrown instanceof Error)) return [String(thrown)];
  const own = (thrown.stack ?? thrown.message).split("\n");
  return thrown.cause === undefined ? own : [...own, "caused by:", ...trace(thrown.cause)];
}
