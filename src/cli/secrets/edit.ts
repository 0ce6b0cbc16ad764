import { fail, type Problem, ProblemError } from "../../lib/problem.ts";
import { type Keeper, type Kept, openOrFound, writeKept } from "../../secrets/keeper.ts";
import { openText } from "../../secrets/open-text.ts";
import { reseal } from "../../secrets/reseal.ts";
import type { Context, Input } from "../command.ts";
import { confirm } from "../confirm.ts";
import { editInMemory } from "../editor.ts";
import { withNextUp } from "../next-up.ts";
import { problemsText } from "../views/problems.ts";
import { editedText } from "../views/secrets.ts";
import { keeperOf } from "./keeper.ts";

/** `freehold secrets edit`. Problems: `USAGE_UNATTENDED`, those of the editor and of the file. */
export async function editSecrets(context: Context, input: Input): Promise<void> {
  if (!context.terminal.interactive)
    fail("USAGE_UNATTENDED", "expected somebody at a terminal who edits, got no terminal", {
      hint: "freehold secrets set NAME reads a value from standard input",
    });
  const keeper = await keeperOf(context, input);
  const kept = await openOrFound(keeper);
  const before = openText(kept.file, kept);
  const sealed = await editUntilRight(context, keeper, kept, before);
  if (sealed === undefined) return context.terminal.print(["Nothing was changed."]);
  await writeKept(keeper, kept, sealed.text);
  const text = editedText(kept.values, sealed.values, kept.founders ?? []);
  context.terminal.print(await withNextUp(context, keeper.directory, text));
}

type Sealed = { readonly text: string; readonly values: ReadonlyMap<string, string> };

/** Edits until what was written can be sealed, or the person gives up. Undefined when nothing was changed. */
async function editUntilRight(
  context: Context,
  { now }: Keeper,
  kept: Kept,
  before: string,
): Promise<Sealed | undefined> {
  for (let text = before; ; ) {
    text = await editInMemory(context, text);
    if (text === before) return undefined;
    const result = reseal(kept.file, kept, text, now);
    if ("text" in result) return result;
    context.terminal.say(problemsText(result.problems, context.terminal.columns));
    if (!(await confirm(context, "Edit again?", "edit again"))) refuse(result.problems);
  }
}

function refuse([first]: readonly Problem[]): never {
  if (first === undefined) return fail("SECRETS_SYNTAX", "expected lines NAME: VALUE, got something else");
  throw new ProblemError(first);
}
