import { missing, openKept } from "../../secrets/keeper.ts";
import { readStore } from "../../secrets/store.ts";
import type { Context, Input } from "../command.ts";
import { keeperOf } from "./keeper.ts";
import { heldValue } from "./name.ts";

/** `freehold secrets show [NAME]`: the names, for which no key is needed, or one value. */
export async function showSecrets(context: Context, input: Input, name: string | undefined): Promise<void> {
  const { terminal } = context;
  const keeper = await keeperOf(context, input);
  if (name === undefined) {
    const file = (await readStore(keeper.directory)) ?? missing();
    const names = file.entries.map((entry) => entry.name);
    if (input.has("--json")) terminal.json({ secrets: names });
    else terminal.print(names);
    return;
  }
  const value = heldValue((await openKept(keeper)).values, name);
  if (input.has("--json")) terminal.json({ name, value });
  else if (terminal.interactive) terminal.print(value.replace(/\n$/, "").split("\n"));
  else terminal.raw(value);
}
