import { CommanderError, Option, Command as Parser } from "commander";
import type { Command, Input, OptionSpec } from "./command.ts";
import { inputOf, type Read } from "./input.ts";
import { commonOptions, jsonOption, siteOption, yesOption } from "./options.ts";
import { unknownCommand, unknownOption, usageOf, usageWord } from "./usage.ts";

/** What a command line asks for. */
export type Asked =
  | { readonly to: "run"; readonly command: Command; readonly input: Input }
  | { readonly to: "explain"; readonly command?: Command }
  | { readonly to: "tell the version" };

/** What may stand before a command. */
export const rootOptions: readonly OptionSpec[] = [
  siteOption,
  jsonOption,
  yesOption,
  ...commonOptions,
  { flag: "--version", short: "-V", summary: "show the version" },
];

/**
 * Reads a command line, without the program's own name. `otherwise` is what no command means. Problems, all `USAGE…`, say what
 * was expected and what the person may have meant.
 */
export function parse(argv: readonly string[], commands: readonly Command[], otherwise: Command): Asked {
  let asked: Asked | undefined;
  let reading: Command | undefined;
  const root = withOptions(new Parser("freehold"), rootOptions)
    .enablePositionalOptions()
    .helpCommand(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .action(() => {
      asked = askedOfRoot(root, commands, otherwise);
    });
  for (const command of commands) {
    const parser = withOptions(new Parser(command.name), optionsOf(command));
    for (const argument of command.arguments) parser.argument(commanderWord(usageWord(argument)));
    root.addCommand(parser);
    parser
      .allowExcessArguments(false)
      .passThroughOptions(command.passThrough === true)
      .exitOverride((error) => {
        reading = command;
        throw error;
      })
      .action(() => {
        asked = askedOf(command, root, parser);
      });
  }
  try {
    root.parse(argv[0] === "help" ? [...argv.slice(1, 2), "--help"] : [...argv], { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.code === "commander.helpDisplayed") return { to: "explain", ...(reading && { command: reading }) };
    throw usageOf(thrown, reading === undefined ? rootOptions : optionsOf(reading), reading);
  }
  return asked ?? { to: "explain" };
}

/** Every option that may follow a command. */
export function optionsOf(command: Command): readonly OptionSpec[] {
  return [...command.options, ...commonOptions];
}

function withOptions(parser: Parser, options: readonly OptionSpec[]): Parser {
  parser.configureOutput({ writeOut: () => {}, writeErr: () => {} }).showSuggestionAfterError(false);
  for (const option of options) {
    if (option.flag === "--help") parser.helpOption(flagsOf(option));
    else parser.addOption(new Option(flagsOf(option)));
  }
  return parser;
}

function flagsOf({ short, flag, value, valueOptional }: OptionSpec): string {
  const taken = value === undefined ? "" : valueOptional === true ? ` [${value}]` : ` <${value}>`;
  return `${short === undefined ? "" : `${short}, `}${flag}${taken}`;
}

/** Commander writes a word that must be there as `<word>`. */
function commanderWord(word: string): string {
  return word.startsWith("[") ? word : `<${word}>`;
}

function askedOfRoot(root: Parser, commands: readonly Command[], otherwise: Command): Asked {
  const word = root.args.find((it) => !it.startsWith("-")) ?? root.args[0];
  if (word?.startsWith("-") === true) throw unknownOption(word, rootOptions);
  if (word !== undefined) throw unknownCommand(word, commands);
  if (given(root).has("--version")) return { to: "tell the version" };
  return askedOf(otherwise, root, root);
}

function askedOf(command: Command, root: Parser, parser: Parser): Asked {
  const options = new Map([...given(root), ...given(parser)]);
  const known = optionsOf(command);
  for (const flag of options.keys()) {
    if (!known.some((option) => option.flag === flag)) throw unknownOption(flag, known, command);
  }
  const words = new Map<string, readonly string[]>();
  for (const [index, { name }] of command.arguments.entries()) {
    const value: unknown = parser.processedArgs[index];
    words.set(
      name,
      (Array.isArray(value) ? value : [value]).filter((it) => typeof it === "string"),
    );
  }
  return { to: "run", command, input: inputOf(command, { words, options }) };
}

/** The options that were given to one parser. */
function given(parser: Parser): Read["options"] {
  const found = new Map<string, string | true>();
  for (const option of parser.options) {
    const value: unknown = parser.getOptionValue(option.attributeName());
    if (option.long && (typeof value === "string" || value === true)) found.set(option.long, value);
  }
  return found;
}
