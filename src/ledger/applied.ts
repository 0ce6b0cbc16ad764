import { rm } from "node:fs/promises";
import { join } from "node:path";
import { at, parseJson } from "../lib/json.ts";
import { fail } from "../lib/problem.ts";
import { digest } from "../resource/digest.ts";
import type { Resource } from "../resource/resource.ts";
import type { Site } from "../site/site.ts";
import type { Revision } from "../source/revision.ts";
import { markOf, readStored, writeStored } from "./stored.ts";

/** The site as it was last applied. */
export type Applied = {
  readonly site: Site;
  /** What that came to. The supervisor keeps exactly this, whatever freehold it was started from would make of the site. */
  readonly desired: readonly Resource[];
  /** The person said `down`: nothing is brought back until the next `up`. */
  readonly stopped: boolean;
  /** The directory that its files were read from, with every link on the way followed. */
  readonly directory?: string;
  /** The commit that it came with. Absent: from a directory. */
  readonly revision?: Revision;
};

/** Raised when what is stored changes its shape. */
const version = 3;

/**
 * The site as last applied; undefined when none ever was. Problem: `LEDGER_UNREADABLE` when the file is cut, edited, or of
 * another version, or only root may read it. It is never passed over, since what then runs would be taken for unwanted.
 */
export async function readApplied(ledger: string): Promise<Applied | undefined> {
  const path = pathIn(ledger);
  const text = await readStored(path);
  if (text === undefined) return undefined;
  const stored = parseJson(text);
  const found = at(stored, "version");
  if (typeof found === "number" && found !== version) return unreadable(path, `version ${found}`);
  const applied = at(stored, "applied");
  if (!isApplied(applied, at(stored, "digest"))) return unreadable(path, "a file that is cut or was edited");
  return applied;
}

/** Stores the site as applied: at once and whole, readable by its owner alone, since it holds what a person keeps in `env`. Problem: `LEDGER_UNWRITABLE`. */
export async function writeApplied(ledger: string, applied: Applied): Promise<void> {
  const text = `${JSON.stringify({ version, digest: digest(applied), applied })}\n`;
  await writeStored(pathIn(ledger), text);
}

/** Forgets that a site was ever applied, and with it what a person kept in `env`. */
export async function forgetApplied(ledger: string): Promise<void> {
  await rm(pathIn(ledger), { force: true });
}

/** A word that changes whenever something was stored; cheap enough to ask each second. */
export function appliedMark(ledger: string): Promise<string | undefined> {
  return markOf(pathIn(ledger));
}

function pathIn(ledger: string): string {
  return join(ledger, "applied.json");
}

/** The digest vouches that it is what this version of freehold wrote, so its shape needs no further look. */
function isApplied(value: unknown, stored: unknown): value is Applied {
  return typeof value === "object" && value !== null && digest(value) === stored;
}

function unreadable(path: string, got: string): never {
  return fail("LEDGER_UNREADABLE", `expected the site as last applied in ${path}, got ${got}`, {
    hint: `mv ${path} ${path}.unread, then freehold up: what runs keeps running, the site's files say what is wanted`,
  });
}
