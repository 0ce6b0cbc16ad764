import { fail } from "../../lib/problem.ts";
import { identitiesOf, missing } from "../../secrets/keeper.ts";
import { readStore, writeStore } from "../../secrets/store.ts";
import { withTheirs } from "../../secrets/take.ts";
import type { Context, Input } from "../command.ts";
import { takenText } from "../views/merge.ts";
import { keeperOf } from "./keeper.ts";
import { stages } from "./stages.ts";

/**
 * `freehold secrets take NAME…`: some secrets as the other side of a merge has them. Problems: `SECRETS_NO_MERGE`, `SECRET_UNKNOWN`,
 * and those of the files.
 */
export async function takeSecrets(context: Context, input: Input, names: readonly string[]): Promise<void> {
  if (names.length === 0) fail("USAGE_ARGUMENT", "expected a NAME behind take, got nothing");
  const keeper = await keeperOf(context, input);
  const versions = await stages(keeper.directory);
  if (versions === undefined)
    return fail("SECRETS_NO_MERGE", "expected a merge in which secrets.yaml is not settled, got none", {
      hint: "to set a value: freehold secrets set NAME",
    });
  const { text } = (await readStore(keeper.directory)) ?? missing();
  const options = { identities: await identitiesOf(keeper), now: keeper.now };
  await writeStore(keeper.directory, text, await withTheirs({ ours: text, theirs: versions.theirs }, names, options));
  if (input.has("--json")) context.terminal.json({ taken: names });
  else context.terminal.print(takenText(names));
}
