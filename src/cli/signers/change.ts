import { orUnwritable } from "../../ledger/unwritable.ts";
import { fail } from "../../lib/problem.ts";
import { needReadable } from "../../source/keyring.ts";
import { addSigner, findSigner, readSignerList, removeSigner } from "../../source/signer-list.ts";
import type { Context, Input } from "../command.ts";
import { machineSite } from "../machine-site.ts";
import { addedText, removedText, signersJson, signersText } from "../views/signers.ts";
import { allSigners } from "./list.ts";
import { readKey } from "./read-key.ts";

/** `freehold signers list`. */
export async function listSigners(context: Context, input: Input): Promise<void> {
  const { name, layout } = await machineSite(context, input);
  const signers = await allSigners(layout);
  if (input.has("--json")) context.terminal.json(signersJson(name, signers));
  else context.terminal.print(signersText(name, signers));
}

/** `freehold signers add KEY-OR-FILE [--name NAME]`. Problems: `SIGNER_INVALID`, `FILE_MISSING`, `LEDGER_UNWRITABLE`. */
export async function addToSigners(context: Context, input: Input, words: readonly string[]): Promise<void> {
  const { name, layout } = await machineSite(context, input);
  const key = await readKey(context, words, input.option("--name"));
  if (key.by === "openpgp") await needReadable(key);
  const was = await orUnwritable(layout.trust, addSigner(layout.trust, key));
  if (input.has("--json")) context.terminal.json(signersJson(name, await allSigners(layout)));
  else context.terminal.print(addedText(name, key, was));
}

/** `freehold signers remove NAME-OR-FINGERPRINT`. Problems: `SIGNER_UNKNOWN`, `SIGNER_AMBIGUOUS`, `LEDGER_UNWRITABLE`. */
export async function removeFromSigners(context: Context, input: Input, words: readonly string[]): Promise<void> {
  const [word, ...more] = words;
  if (word === undefined || more.length > 0)
    return fail("USAGE_ARGUMENT", "expected one NAME or FINGERPRINT behind remove, got another number of words");
  const { name, layout } = await machineSite(context, input);
  const key = findSigner(await readSignerList(layout.trust), word);
  await orUnwritable(layout.trust, removeSigner(layout.trust, key));
  const left = await allSigners(layout);
  if (input.has("--json")) context.terminal.json(signersJson(name, left));
  else context.terminal.print(removedText(name, key, left));
}
