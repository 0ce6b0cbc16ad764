import { rm } from "node:fs/promises";
import { join } from "node:path";
import { listAt, parseJson, textAt } from "../lib/json.ts";
import { digest } from "../resource/digest.ts";
import type { Revision } from "../source/revision.ts";
import { readStored, writeStored } from "./stored.ts";

/**
 * The revisions that were trusted and not yet brought to the machine, oldest first: who was killed in between, or whose site did not load,
 * is followed by one who knows them. None when the note is damaged: then what they ask for beyond the files is not done.
 */
export async function readPending(ledger: string): Promise<readonly Revision[]> {
  const stored = parseJson((await readStored(pathIn(ledger))) ?? "");
  const revisions = listAt(stored, "revisions");
  return areRevisions(revisions, textAt(stored, "digest")) ? revisions : [];
}

/** Stores them, at once and whole. Problem: `LEDGER_UNWRITABLE`. */
export async function writePending(ledger: string, revisions: readonly Revision[]): Promise<void> {
  await writeStored(pathIn(ledger), `${JSON.stringify({ digest: digest(revisions), revisions })}\n`);
}

/** They are on the machine. */
export async function forgetPending(ledger: string): Promise<void> {
  await rm(pathIn(ledger), { force: true });
}

/** The digest vouches that it is what this version of freehold wrote. */
function areRevisions(value: readonly unknown[], stored: string): value is readonly Revision[] {
  return value.length > 0 && digest(value) === stored;
}

function pathIn(ledger: string): string {
  return join(ledger, "pending.json");
}
