import { fail } from "../../lib/problem.ts";
import { isRecipient } from "../../secrets/age-key.ts";
import { newDataKey } from "../../secrets/data-key.ts";
import { machineIfAllowed } from "../../secrets/founders.ts";
import {
  identitiesOf,
  type Keeper,
  type Kept,
  missing,
  openKept,
  recipientsOf,
  writeKept,
} from "../../secrets/keeper.ts";
import { withNewKey, withRecipient } from "../../secrets/seal.ts";
import type { SopsRule } from "../../secrets/sops-rule.ts";
import { readStore } from "../../secrets/store.ts";
import type { Context, Input } from "../command.ts";
import { withNextUp } from "../next-up.ts";
import { machineMissingText, otherRuleText, recipientsText, removedText } from "../views/secrets.ts";
import { keeperOf } from "./keeper.ts";
import { needAgeAlone } from "./rotate.ts";

/**
 * `freehold secrets recipients [add|remove KEY]`. Problems: `RECIPIENT_INVALID`, `RECIPIENT_THERE`, `RECIPIENT_UNKNOWN`,
 * `RECIPIENT_LAST`, `SECRETS_OTHER_KEYS`, and those of the file.
 */
export async function changeRecipients(context: Context, input: Input, words: readonly string[]): Promise<void> {
  const keeper = await keeperOf(context, input);
  const rule = await change(keeper, words);
  const file = (await readStore(keeper.directory)) ?? missing();
  const all = recipientsOf(file);
  const { found } = await identitiesOf(keeper);
  const machine = (await machineIfAllowed(keeper.root))?.recipient;
  const recipients = all.map((recipient) => ({
    recipient,
    from: found.find((it) => it.recipient === recipient)?.from,
  }));
  if (input.has("--json")) context.terminal.json({ recipients: all, machine: machine ?? null });
  else
    context.terminal.print([
      ...recipientsText(recipients),
      ...(machine === undefined || all.includes(machine) ? [] : machineMissingText(machine)),
      ...(rule === "other" ? otherRuleText : []),
      ...(words[0] === "remove" ? await withNextUp(context, keeper.directory, removedText) : []),
    ]);
}

async function change(keeper: Keeper, [verb, key, ...more]: readonly string[]): Promise<SopsRule | undefined> {
  if (verb === undefined) return undefined;
  if (key !== undefined && more.length === 0) {
    if (verb === "add") return add(keeper, key);
    if (verb === "remove") return remove(keeper, key);
  }
  return fail("USAGE_SECRETS", "expected nothing, add KEY or remove KEY behind recipients, got something else", {
    hint: "freehold secrets --help",
  });
}

async function add(keeper: Keeper, key: string): Promise<SopsRule> {
  if (!(await isRecipient(key)))
    fail("RECIPIENT_INVALID", `expected a public key of age (age1…), got "${key}"`, {
      hint: "age-keygen -y FILE says the public key of a key file",
    });
  const kept = await openKept(keeper);
  if (recipientsOf(kept.file).includes(key))
    fail("RECIPIENT_THERE", `expected a new key, got ${key}, which opens it already`);
  return writeKept(keeper, kept, await withRecipient(kept.file, kept, key, keeper.now));
}

/** Who leaves knows the data key: what is written from now on has another. */
async function remove(keeper: Keeper, key: string): Promise<SopsRule> {
  const kept = await openKept(keeper);
  const rest = recipientsOf(kept.file).filter((recipient) => recipient !== key);
  await needStaying(keeper, kept, key, rest);
  needAgeAlone(kept);
  return writeKept(keeper, kept, await withNewKey(kept.file, kept, newDataKey(), rest, keeper.now));
}

async function needStaying(keeper: Keeper, { file }: Kept, key: string, rest: readonly string[]): Promise<void> {
  if (!recipientsOf(file).includes(key))
    fail("RECIPIENT_UNKNOWN", `expected a key that opens secrets.yaml, got "${key}"`, {
      hint: "freehold secrets recipients lists them",
    });
  const { found } = await identitiesOf(keeper);
  if (!found.some(({ recipient }) => rest.includes(recipient)))
    fail("RECIPIENT_LAST", "expected a key to stay with which you can open secrets.yaml, got none", {
      hint: "add another of your keys first: freehold secrets recipients add KEY",
    });
}
