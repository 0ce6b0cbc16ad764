import { fail } from "../lib/problem.ts";
import type { Command, Input } from "./command.ts";

/** What was read: words by their argument's name, options by their flag (`true`: given without a value). */
export type Read = {
  readonly words: ReadonlyMap<string, readonly string[]>;
  readonly options: ReadonlyMap<string, string | true>;
};

/** What a person typed, as a command asks for it. Asking for what the command does not declare is a bug. */
export function inputOf(command: Command, read: Read): Input {
  const wordsOf = (name: string): readonly string[] => {
    if (!command.arguments.some((it) => it.name === name)) undeclared(command, name);
    return read.words.get(name) ?? [];
  };
  const optionOf = (flag: string): string | true | undefined => {
    if (!command.options.some((it) => it.flag === flag)) undeclared(command, flag);
    return read.options.get(flag);
  };
  return {
    argument: (name) => wordsOf(name)[0],
    words: wordsOf,
    option: (flag) => {
      const value = optionOf(flag);
      return value === true ? "" : value;
    },
    has: (flag) => optionOf(flag) !== undefined,
  };
}

/** The one word of an argument that must be there. */
export function required(input: Input, name: string): string {
  return input.argument(name) ?? fail("USAGE_ARGUMENT", `expected ${name}, got nothing`);
}

/** The value of an option that must be given. */
export function requiredOption(input: Input, flag: `--${string}`): string {
  return input.option(flag) ?? fail("USAGE_OPTION", `expected ${flag} with a value, got nothing`);
}

function undeclared(command: Command, what: string): never {
  return fail("BUG", `the command ${command.name} does not declare ${what}`, { kind: "bug" });
}
