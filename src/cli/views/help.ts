import type { Command, OptionSpec } from "../command.ts";
import { type Exit, exits } from "../exit.ts";
import { type Line, type Text, tone } from "../span.ts";
import { table } from "../table.ts";
import { usageLine, usageWord } from "../usage.ts";
import { widthOf, wrap } from "../width.ts";

/** Commands that belong together, under a heading. */
export type CommandGroup = { readonly title: string; readonly commands: readonly Command[] };

/** What `freehold --help` shows. */
export function overviewText(groups: readonly CommandGroup[], options: readonly OptionSpec[]): Text {
  const shown = groups.map(({ title, commands }) => ({ title, commands: commands.filter(({ hidden }) => !hidden) }));
  const rows = shown.flatMap(({ commands }) => commands).map(({ name, summary }) => [tone("strong", name), summary]);
  const lines = table(rows, "  ");
  let next = 0;
  return [
    "freehold turns a directory of small files into a self-hosted cloud on this machine.",
    "",
    "usage: freehold [options] [command]",
    "       Without a command, inside a site: how it is, and what to do next.",
    ...shown.flatMap(({ title, commands }): Line[] => {
      const from = next;
      next += commands.length;
      return ["", `${title}:`, ...lines.slice(from, next)];
    }),
    "",
    "Options:",
    ...optionLines(options),
    "",
    "freehold COMMAND --help tells more about one.",
  ];
}

/** What `freehold COMMAND --help` shows. */
export function commandText(command: Command, options: readonly OptionSpec[]): Text {
  return [
    `usage: ${usageLine(command)}`,
    ...command.description.flatMap((paragraph): Line[] => ["", ...wrap(paragraph, 80)]),
    ...(command.arguments.length === 0 ? [] : ["", "Arguments:"]),
    ...described(command.arguments.map((argument) => [usageWord(argument), argument.summary])),
    "",
    "Options:",
    ...optionLines(options),
    "",
    "Exit codes:",
    ...exitsOf(command).map((exit) => `  ${String(exit).padEnd(5)}${exits[exit]}`),
    "",
    "Examples:",
    ...command.examples.flatMap(([line, does]): Line[] => [`  ${line}`, ["      ", tone("dim", does)]]),
  ];
}

/** The codes that a command can end with. */
export function exitsOf(command: Command): readonly Exit[] {
  const always: readonly Exit[] = [0, 1, 2, 130];
  return [...new Set([...always, ...command.exits])].sort((a, b) => a - b);
}

/** An option as help shows it: `-f, --follow`, `--site DIR`. */
export function optionWord({ short, flag, value, valueOptional }: OptionSpec): string {
  const taken = value === undefined ? "" : valueOptional === true ? `[=${value}]` : ` ${value}`;
  return `${short === undefined ? "    " : `${short}, `}${flag}${taken}`;
}

function optionLines(options: readonly OptionSpec[]): Line[] {
  return described(options.map((option) => [optionWord(option), option.summary]));
}

/** Words on the left, what they mean on the right, within 80 columns. */
function described(rows: readonly (readonly [word: string, summary: string])[]): Line[] {
  const left = Math.max(0, ...rows.map(([word]) => widthOf(word))) + 4;
  return rows.flatMap(([word, summary]) =>
    wrap(summary, 80 - left).map((line, index) =>
      index === 0 ? `  ${word}`.padEnd(left) + line : " ".repeat(left) + line,
    ),
  );
}
