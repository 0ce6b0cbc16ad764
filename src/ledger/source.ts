import { join } from "node:path";
import { at, numberAt, parseJson, textAt } from "../lib/json.ts";
import { fail, type Problem } from "../lib/problem.ts";
import { digest } from "../resource/digest.ts";
import { markOf, readStored, writeStored } from "./stored.ts";

/** A repository elsewhere that the site follows. */
export type FollowedRemote = {
  /** Without a password in it: that is kept apart. */
  readonly url: string;
  readonly branch: string;
  /** Milliseconds between two looks. */
  readonly every: number;
};

/** A head that was not taken, and why. */
export type RefusedHead = {
  readonly commit: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly problem: Problem;
};

/** What a site follows, and how far it trusts it. */
export type SourceState = {
  /** Absent: people push to the machine's own repository. */
  readonly remote?: FollowedRemote;
  /** The branch of the machine's own repository that says what runs. */
  readonly branch: string;
  /** The last head that was accepted, whether or not its site loads: nothing that does not descend from it is ever taken. */
  readonly trusted?: string;
  /** Kept until a good head comes. */
  readonly refused?: RefusedHead;
};

/**
 * What a site follows; undefined when it does not follow git. Problem: `LEDGER_UNREADABLE` when the file is cut or edited, or only root
 * may read it: taken for nothing, it would forget how far history may not be wound back.
 */
export async function readSource(ledger: string): Promise<SourceState | undefined> {
  const path = pathIn(ledger);
  const text = await readStored(path);
  if (text === undefined) return undefined;
  const stored = parseJson(text);
  const source = at(stored, "source");
  if (numberAt(stored, "version") === version && isSource(source, textAt(stored, "digest"))) return source;
  return fail("LEDGER_UNREADABLE", `expected what the site follows in ${path}, got a file that is cut or was edited`, {
    hint: `mv ${path} ${path}.unread, then freehold source accept REV, with a commit that you know to be good`,
  });
}

/** Stores it: at once and whole. Problem: `LEDGER_UNWRITABLE`. */
export async function writeSource(ledger: string, source: SourceState): Promise<void> {
  await writeStored(pathIn(ledger), `${JSON.stringify({ version, digest: digest(source), source })}\n`);
}

/** A word that changes whenever it was stored; cheap enough to ask each second. */
export function sourceMark(ledger: string): Promise<string | undefined> {
  return markOf(pathIn(ledger));
}

/** Raised when what is stored changes its shape. */
const version = 1;

function pathIn(ledger: string): string {
  return join(ledger, "source.json");
}

/** The digest vouches that it is what this version of freehold wrote, so its shape needs no further look. */
function isSource(value: unknown, stored: string): value is SourceState {
  return typeof value === "object" && value !== null && digest(value) === stored;
}
