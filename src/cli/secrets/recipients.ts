import { fail } from "../../lib/problem.ts";
import { isRecipient } from "../../secrets/age-key.ts";
import { newDataKey } from "../../secrets/data-key.ts";
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
import { readStore } from "../../secrets/store.ts";
import type { Context, Input } from "../command.ts";
import { recipientsText } from "../views/secrets.ts";
import { keeperOf } from "./keeper.ts";
import { needAgeAlone } from "./rotate.ts";

/**
 * `freehold secrets recipients [add|remove KEY]`. Problems: `RECIPIENT_INVALID`, `RECIPIENT_THERE`, `RECIPIENT_UNKNOWN`,
 * `RECIPIENT_LAST`, `SECRETS_OTHER_KEYS`, and those of the file.
 */
export async function changeRecipients(context: Context, input: Input, words: readonly string[]): Promise<void> {
  const [verb, key, ...more] = words;
  const keeper = await keeperOf(context, input);
  if (verb === "add" && key !== undefined && more.length === 0) await add(keeper, key);
  else if (verb === "remove" && key !== undefined && more.length === 0) await remove(keeper, key);
  else if (verb !== undefined)
    fail("USAGE_SECRETS", "expected nothing, add KEY or remove KEY behind recipients, got something else", {
      hint: "freehold secrets --help",
    });
  const file = (await readStore(keeper.directory)) ?? missing();
  const { found } = await identitiesOf(keeper);
  const recipients = recipientsOf(file).map((recipient) => ({
    recipient,
    from: found.find((identity) => identity.recipient === recipient)?.from,
  }));
  if (input.has("--json")) context.terminal.json({ recipients: recipients.map(({ recipient }) => recipient) });
  else context.terminal.print(recipientsText(recipients, verb === "remove" ? "removed" : "unchanged"));
}

async function add(keeper: Keeper, key: string): Promise<void> {
  if (!(await isRecipient(key)))
    fail("RECIPIENT_INVALID", `expected a public key of age (age1…), got "${key}"`, {
      hint: "age-keygen -y FILE says the public key of a key file",
    });
  const kept = await openKept(keeper);
  if (recipientsOf(kept.file).includes(key))
    fail("RECIPIENT_THERE", `expected a new key, got ${key}, which opens it already`);
  await writeKept(keeper, kept, await withRecipient(kept.file, kept, key, keeper.now));
}

/** Who leaves knows the data key: what is written from now on has another. */
async function remove(keeper: Keeper, key: string): Promise<void> {
  const kept = await openKept(keeper);
  const rest = recipientsOf(kept.file).filter((recipient) => recipient !== key);
  await needStaying(keeper, kept, key, rest);
  needAgeAlone(kept);
  await writeKept(keeper, kept, await withNewKey(kept.file, kept, newDataKey(), rest, keeper.now));
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
