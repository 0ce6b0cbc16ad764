import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../lib/fs.ts";
import { ProblemError } from "../lib/problem.ts";
import type { Command, Context, Offer, OptionSpec } from "./command.ts";
import { catalogIn } from "./home.ts";
import { optionsOf, rootOptions } from "./parser.ts";
import { secretActions } from "./secrets/actions.ts";
import { signerActions } from "./signers/actions.ts";
import { nearestSite } from "./site-directory.ts";
import { sourceActions } from "./source/actions.ts";
import { topics } from "./topics.ts";

/** Where candidates are looked for. */
type World = Pick<Context, "cwd" | "home">;

/**
 * What may stand for the last of some words (without `freehold` itself), one candidate each, those only that start as it does.
 * `:directory` alone asks the shell for directories. Never fails for what was typed so far.
 */
export async function candidates(
  words: readonly string[],
  commands: readonly Command[],
  world: World,
): Promise<string[]> {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  if (before.includes("--")) return [];
  const at = commandIndex(before);
  const command = at < 0 ? undefined : commands.find(({ name }) => name === before[at]);
  const options = command === undefined ? rootOptions : optionsOf(command);
  const taker = takesValue(before.at(-1), options);
  if (taker !== undefined) return offered(taker.offer ?? "nothing", current, world);
  if (current.startsWith("-"))
    return starting(
      options.map(({ flag }) => flag),
      current,
    );
  if (at < 0)
    return starting(
      commands.filter(({ hidden }) => hidden !== true).map(({ name }) => name),
      current,
    );
  if (command === undefined) return [];
  const placed = positional(before.slice(at + 1), options).length;
  const argument = command.arguments[Math.min(placed, command.arguments.length - 1)];
  if (argument === undefined) return [];
  const one = argument.takes === "one" || argument.takes === "at most one";
  return one && placed >= command.arguments.length ? [] : offered(argument.offer, current, world);
}

/** The place of the command among the words: the first that is no option and no option's value. */
function commandIndex(words: readonly string[]): number {
  return words.findIndex(
    (word, index) => !word.startsWith("-") && takesValue(words[index - 1], rootOptions) === undefined,
  );
}

function positional(words: readonly string[], options: readonly OptionSpec[]): readonly string[] {
  return words.filter((word, index) => !word.startsWith("-") && takesValue(words[index - 1], options) === undefined);
}

function takesValue(word: string | undefined, options: readonly OptionSpec[]): OptionSpec | undefined {
  return options.find(
    ({ flag, short, value, valueOptional }) =>
      value !== undefined && valueOptional !== true && word !== undefined && (word === flag || word === short),
  );
}

async function offered(offer: Offer, current: string, world: World): Promise<string[]> {
  switch (offer) {
    case "service":
      return starting(await services(world.cwd), current);
    case "entry":
      return starting(await yamlNames(catalogIn(world.home)), current);
    case "topic":
      return starting(
        (await topics(world.home)).map(({ name }) => name),
        current,
      );
    case "shell":
      return starting(["bash", "zsh", "fish"], current);
    case "secret action":
      return starting(secretActions, current);
    case "signer action":
      return starting(signerActions, current);
    case "source action":
      return starting(sourceActions, current);
    case "secret":
      return starting(await secretNames(world.cwd), current);
    case "directory":
      return [":directory"];
    case "nothing":
      return [];
  }
}

/** The services by their files' names: quick, and right for files that do not load. */
async function services(cwd: string): Promise<string[]> {
  const site = await nearestSite(cwd);
  return site === undefined ? [] : yamlNames(join(site, "services"));
}

/** The names in secrets.yaml, as far as they can be read without a key. */
async function secretNames(cwd: string): Promise<string[]> {
  const site = await nearestSite(cwd);
  if (site === undefined) return [];
  const { readSealed } = await import("../secrets/read.ts");
  const { readText } = await import("../secrets/store.ts");
  try {
    const { sealed } = readSealed((await readText(join(site, "secrets.yaml"))) ?? "");
    return Object.keys(sealed?.values ?? {});
  } catch (thrown) {
    if (thrown instanceof ProblemError) return [];
    throw thrown;
  }
}

async function yamlNames(directory: string): Promise<string[]> {
  try {
    const files = await readdir(directory);
    return files.filter((file) => /^[a-z0-9-]+\.yaml$/.test(file)).map((file) => file.slice(0, -".yaml".length));
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR", "EACCES")) return [];
    throw thrown;
  }
}

function starting(words: readonly string[], start: string): string[] {
  return words.filter((word) => word.startsWith(start)).sort();
}
