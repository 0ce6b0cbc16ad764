import { fail } from "../../lib/problem.ts";
import { newDataKey } from "../../secrets/data-key.ts";
import { generatePassword } from "../../secrets/generate.ts";
import { type Kept, openKept, putSecrets, recipientsOf, writeKept } from "../../secrets/keeper.ts";
import { withNewKey } from "../../secrets/seal.ts";
import type { Context, Input } from "../command.ts";
import { withNextUp } from "../next-up.ts";
import { rotatedText } from "../views/secrets.ts";
import { keeperOf } from "./keeper.ts";
import { heldValue } from "./name.ts";

/**
 * `freehold secrets rotate [NAME…]`: new passwords for those that are named, or a new data key for all.
 * Problems: `SECRET_UNKNOWN`, `SECRET_NOT_PASSWORD`, `SECRETS_OTHER_KEYS`, and those of the file.
 */
export async function rotateSecrets(context: Context, input: Input, names: readonly string[]): Promise<void> {
  const keeper = await keeperOf(context, input);
  const kept = await openKept(keeper);
  if (names.length === 0) {
    needAgeAlone(kept);
    const text = await withNewKey(kept.file, kept, newDataKey(), recipientsOf(kept.file), keeper.now);
    await writeKept(keeper, kept, text);
  } else {
    for (const name of names) needPassword(name, heldValue(kept.values, name));
    await putSecrets(keeper, new Map(names.map((name) => [name, generatePassword()])));
  }
  if (input.has("--json")) context.terminal.json({ rotated: names.length === 0 ? "data key" : names });
  else {
    const text = rotatedText(names, recipientsOf(kept.file));
    context.terminal.print(await withNextUp(context, keeper.directory, text));
  }
}

/** A new data key can be sealed here for keys of age alone. Problem: `SECRETS_OTHER_KEYS`. */
export function needAgeAlone({ file }: Kept): void {
  const { otherKeys } = file.metadata;
  if (otherKeys.length > 0)
    fail("SECRETS_OTHER_KEYS", `expected keys of age alone, got keys of ${otherKeys.join(" and ")} too`, {
      hint: "use sops for this: sops rotate -i secrets.yaml",
    });
}

function needPassword(name: string, value: string): void {
  if (value.trimEnd().includes("\n"))
    fail("SECRET_NOT_PASSWORD", `expected a password to generate anew, got ${name}, which has several lines`, {
      hint: `set it from where it comes from: freehold secrets set ${name} < FILE`,
    });
}
