import { rm } from "node:fs/promises";
import { join } from "node:path";
import { at, parseJson } from "../lib/json.ts";
import { fail, type Problem } from "../lib/problem.ts";
import type { ResourceId } from "../resource/base.ts";
import { digest } from "../resource/digest.ts";
import type { Site } from "../site/site.ts";
import type { Revision } from "../source/revision.ts";
import type { HeldBackServices } from "./held.ts";
import type { Way } from "./journal.ts";
import { markOf, readStored, writeStored } from "./stored.ts";

/** That a service goes back to what it was before. */
export type Undo = {
  readonly problem: Problem;
  /** Its containers that failed. */
  readonly failed: readonly ResourceId[];
  /** Whether anything of it was stopped, or made anew, before it failed. */
  readonly touched: boolean;
  /** Whether its state is as it was: from then on the old version may run. */
  readonly restored: boolean;
};

/** How far a change has come with one service. */
export type OpenService = {
  /** In short phrases, for the journal. */
  readonly what: readonly string[];
  /** The name that the copy of its state gets, before anything touches it; absent: it needs none. */
  readonly snapshot?: string;
  /** The name of an earlier copy that takes the place of its state. */
  readonly restore?: string;
  /** That it has taken it. */
  readonly given?: boolean;
  readonly undo?: Undo;
  /** It is as wanted, and works. */
  readonly done?: boolean;
};

/**
 * A change that has begun: written before its first effect, removed when its entry is in the journal, so that whoever comes after a
 * kill knows what to complete and what to go back to.
 */
export type OpenChange = {
  /** Milliseconds since the epoch; it names the change. */
  readonly at: number;
  /** What the copies of state are called that it makes. */
  readonly name: string;
  readonly way: Way;
  readonly revision?: Revision;
  readonly directory?: string;
  readonly wanted: Site;
  /** As it was applied before; absent: nothing ever was. */
  readonly before?: Site;
  /** Services of `before` that never worked as they are there: nobody goes back to that. */
  readonly never: readonly string[];
  /** What stays held back by this change. */
  readonly heldBack: HeldBackServices;
  /**
   * How much of the rest of the site goes back as well: `settings` what belongs to no service (its front door), `all` every service
   * too.
   */
  readonly back?: "settings" | "all";
  /** Why. */
  readonly backFor?: Problem;
  readonly services: Readonly<Record<string, OpenService>>;
};

/** Raised when what is stored changes its shape. */
const version = 1;

/** The change that is open; undefined: none. Problem: `LEDGER_UNREADABLE`. */
export async function readOpenChange(ledger: string): Promise<OpenChange | undefined> {
  const path = pathIn(ledger);
  const text = await readStored(path);
  if (text === undefined) return undefined;
  const stored = parseJson(text);
  const change = at(stored, "change");
  if (at(stored, "version") === version && isOpenChange(change, at(stored, "digest"))) return change;
  return fail(
    "LEDGER_UNREADABLE",
    `expected the change that was begun in ${path}, got a file that is cut or was edited`,
    {
      hint: `mv ${path} ${path}.unread, then freehold up: it makes everything as the files say, and can undo nothing of that change`,
    },
  );
}

/** Stores it: at once and whole. Problem: `LEDGER_UNWRITABLE`. */
export async function writeOpenChange(ledger: string, change: OpenChange): Promise<void> {
  await writeStored(pathIn(ledger), `${JSON.stringify({ version, digest: digest(change), change })}\n`);
}

/** It is over. */
export async function forgetOpenChange(ledger: string): Promise<void> {
  await rm(pathIn(ledger), { force: true });
}

/** A word that changes whenever it was stored. */
export function openChangeMark(ledger: string): Promise<string | undefined> {
  return markOf(pathIn(ledger));
}

/** The digest vouches that it is what this version of freehold wrote. */
function isOpenChange(value: unknown, stored: unknown): value is OpenChange {
  return typeof value === "object" && value !== null && digest(value) === stored;
}

function pathIn(ledger: string): string {
  return join(ledger, "open-change.json");
}
