import type { Command, OptionSpec } from "./command.ts";
import { commandGroups } from "./commands.ts";
import { exits } from "./exit.ts";
import { optionsOf, rootOptions } from "./parser.ts";
import { usageLine, usageWord } from "./usage.ts";
import { exitsOf, optionWord } from "./views/help.ts";

/** The reference page of the command line, as Markdown, made from the commands themselves. */
export function cliReference(): string {
  const lines = [
    "# The command line",
    "",
    "Made from the commands themselves by `scripts/generate.ts`; `freehold COMMAND --help` prints the same.",
    "",
    "`freehold` without a command, inside a site, says how it is and what to do next.",
    "",
    "Options before the command:",
    "",
    ...optionTable(rootOptions),
    "",
    "Exit codes:",
    "",
    "| code | meaning |",
    "|---|---|",
    ...Object.entries(exits).map(([code, meaning]) => `| ${code} | ${meaning} |`),
    ...commandGroups.flatMap(({ title, commands }) => ["", `## ${title}`, ...commands.flatMap(section)]),
  ];
  return `${lines.join("\n")}\n`;
}

function section(command: Command): string[] {
  return [
    "",
    `### freehold ${command.name}`,
    "",
    "```",
    usageLine(command),
    "```",
    ...command.description.flatMap((paragraph) => ["", escaped(paragraph)]),
    "",
    "| | |",
    "|---|---|",
    ...command.arguments.map((argument) => `| \`${usageWord(argument)}\` | ${escaped(argument.summary)} |`),
    ...optionRows(optionsOf(command)),
    "",
    `Exit codes: ${exitsOf(command)
      .map((code) => `${code} ${exits[code]}`)
      .join(", ")}.`,
    "",
    "```",
    ...command.examples.flatMap(([line, does]) => [line, `    ${does}`]),
    "```",
  ];
}

function optionTable(options: readonly OptionSpec[]): string[] {
  return ["| option | |", "|---|---|", ...optionRows(options)];
}

function optionRows(options: readonly OptionSpec[]): string[] {
  return options.map((option) => `| \`${optionWord(option).trim()}\` | ${escaped(option.summary)} |`);
}

/** Text that Markdown shows as it is. */
function escaped(text: string): string {
  return text.replace(/[|<>*_`]/g, "\\$&");
}
