import type { CommanderError } from "commander";
import { ProblemError, problem } from "../lib/problem.ts";
import { nearest } from "../lib/text.ts";
import type { ArgumentSpec, Command, OptionSpec } from "./command.ts";

/** A command's line in short: `freehold logs [options] [SERVICE...]`. */
export function usageLine(command: Command): string {
  const words = command.arguments.map(usageWord);
  const own = command.passThrough === true ? [...words.slice(0, -1), "--", ...words.slice(-1)] : words;
  return ["freehold", command.name, "[options]", ...own].join(" ");
}

/** An argument as help shows it. */
export function usageWord({ name, takes }: ArgumentSpec): string {
  if (takes === "one") return name;
  if (takes === "at most one") return `[${name}]`;
  return takes === "any number" ? `[${name}...]` : `${name}...`;
}

/** A problem with what the person typed; the hint names the help that tells more. */
export function usageProblem(
  code: `USAGE_${string}`,
  message: string,
  command: Command | undefined,
  hint?: string,
): ProblemError {
  const help = command === undefined ? "freehold --help lists all" : `freehold ${command.name} --help tells more`;
  const both = hint === undefined ? help : hint.endsWith("?") ? `${hint} ${help}` : `${hint}; ${help}`;
  return new ProblemError(problem(code, message, { hint: both }));
}

/** The problem of a first word that is no command. */
export function unknownCommand(word: string, commands: readonly Command[]): ProblemError {
  const near = nearest(
    word,
    commands.filter(({ hidden }) => hidden !== true).map(({ name }) => name),
  );
  return usageProblem(
    "USAGE_COMMAND",
    `expected a command of freehold, got "${word}"`,
    undefined,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
}

/** The problem of an option that a command (or freehold itself) does not have. */
export function unknownOption(word: string, options: readonly OptionSpec[], command?: Command): ProblemError {
  const flag = word.split("=")[0] ?? word;
  const near = nearest(
    flag,
    options.map((option) => option.flag),
  );
  const owner = command === undefined ? "freehold" : `freehold ${command.name}`;
  return usageProblem(
    "USAGE_OPTION",
    `expected an option of ${owner}, got "${flag}"`,
    command,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
}

/** What commander found wrong, in our words. It names the word at fault in quotes. */
export function usageOf(error: CommanderError, options: readonly OptionSpec[], command?: Command): ProblemError {
  const word = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "commander.unknownOption":
      return unknownOption(word, options, command);
    case "commander.missingArgument":
      return usageProblem("USAGE_ARGUMENT", `expected ${word.toUpperCase()}, got nothing`, command, usageHint(command));
    case "commander.excessArguments":
      return usageProblem("USAGE_ARGUMENT", `expected nothing more, got ${extra(error)}`, command, usageHint(command));
    case "commander.optionMissingArgument":
      return usageProblem("USAGE_OPTION", `expected a value for ${flagIn(word)}, got nothing`, command);
    default:
      return usageProblem("USAGE_WORDS", error.message.replace(/^error: /, ""), command);
  }
}

/** What was too much: commander lists all words at the end. */
function extra({ message }: CommanderError): string {
  return `"${message.split(": ").at(-1)?.replace(/\.$/, "") ?? ""}"`;
}

function usageHint(command: Command | undefined): string | undefined {
  return command === undefined ? undefined : usageLine(command);
}

/** `-s, --since <since>` is `--since`. */
function flagIn(flags: string): string {
  return /--[a-z-]+/.exec(flags)?.[0] ?? flags;
}
