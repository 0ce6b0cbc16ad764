import { rm } from "node:fs/promises";
import { join } from "node:path";
import { numberAt, parseJson, textAt } from "../lib/json.ts";
import { markOf, readStored, writeStored } from "./stored.ts";

/** The last head that was dealt with to its end, however that ended. */
export type Followed = {
  readonly commit: string;
  /** `carried`: what it says was brought about as far as that went; `refused`: it was not taken. */
  readonly came: "carried" | "refused";
  /** Who could sign when it was judged: a word that changes with the list; empty when there was none. */
  readonly signers: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
};

/** The last head that was dealt with; undefined: none was, or its note is damaged. Then it is done again, which changes nothing. */
export async function readFollowed(ledger: string): Promise<Followed | undefined> {
  const stored = parseJson((await readStored(pathIn(ledger))) ?? "");
  const commit = textAt(stored, "commit");
  const came = textAt(stored, "came");
  if (commit === "" || (came !== "carried" && came !== "refused")) return undefined;
  return { commit, came, signers: textAt(stored, "signers"), at: numberAt(stored, "at") };
}

/** Notes that a head was dealt with. Problem: `LEDGER_UNWRITABLE`. */
export async function writeFollowed(ledger: string, followed: Followed): Promise<void> {
  await writeStored(pathIn(ledger), `${JSON.stringify(followed)}\n`);
}

/** Forgets it, so that the head is dealt with once more, by what is trusted now. */
export async function forgetFollowed(ledger: string): Promise<void> {
  await rm(pathIn(ledger), { force: true });
}

/** Whether a head needs nothing more; who was refused is judged again by another list of signers. */
export function isDealtWith(followed: Followed | undefined, commit: string, signers: string): boolean {
  return followed?.commit === commit && (followed.came === "carried" || followed.signers === signers);
}

/** A word for who may sign on the machine's own word: it changes whenever the list was written. */
export async function signersMark(trust: string): Promise<string> {
  return (await markOf(join(trust, "signers"))) ?? "";
}

function pathIn(ledger: string): string {
  return join(ledger, "followed.json");
}
