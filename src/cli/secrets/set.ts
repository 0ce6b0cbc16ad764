import { fail } from "../../lib/problem.ts";
import { generatePassword } from "../../secrets/generate.ts";
import { putSecrets } from "../../secrets/keeper.ts";
import type { Context, Input } from "../command.ts";
import { withNextUp } from "../next-up.ts";
import { setText } from "../views/secrets.ts";
import { keeperOf } from "./keeper.ts";
import { newName } from "./name.ts";

/** `freehold secrets set NAME`. Problems: `SECRET_NAME`, `SECRET_EMPTY`, `SECRET_NOT_TEXT`, and those of the file. */
export async function setSecret(context: Context, input: Input, word: string): Promise<void> {
  const name = newName(word);
  const keeper = await keeperOf(context, input);
  const value = input.has("--generate") ? generatePassword() : await askFor(context, name);
  const before = await putSecrets(keeper, new Map([[name, value]]));
  const founders = before.founders ?? [];
  if (input.has("--json"))
    context.terminal.json({
      set: [name],
      founders: founders.map(({ recipient, whose, path }) => ({ recipient, whose, path })),
    });
  else {
    const text = setText(name, before.values.has(name) ? "changed" : "new", founders);
    context.terminal.print(await withNextUp(context, keeper.directory, text));
  }
}

async function askFor({ terminal, signal }: Context, name: string): Promise<string> {
  const value = terminal.interactive
    ? await terminal.askSecret(`Value of ${name}: `, signal)
    : withoutLastNewline(await terminal.all(signal));
  if (value === "")
    fail("SECRET_EMPTY", `expected a value for ${name}, got nothing`, { hint: "--generate makes a password" });
  if (value.includes("\ufffd"))
    fail("SECRET_NOT_TEXT", `expected UTF-8 text for ${name}, got other bytes`, { hint: "write it in base64" });
  return value;
}

/** One line is meant without its end; of several, as in a key file, the last one has its end as well. */
function withoutLastNewline(text: string): string {
  const line = text.replace(/\r?\n$/, "");
  return line.includes("\n") ? text : line;
}
