import { join } from "node:path";
import { at, numberAt, parseJson } from "../lib/json.ts";
import type { ResourceId } from "../resource/base.ts";
import { readStored, writeStored } from "./stored.ts";

/** State that nobody wants any more: its service, or the line that asked for it, left the site. */
export type Orphan = {
  /** When that was noticed, milliseconds since the epoch; for people to read, nothing is counted by it. */
  readonly since: number;
  /** Milliseconds for which somebody watched since then. A clock that is set changes nothing about them. */
  readonly watched: number;
};

/** By volume. */
export type Orphans = ReadonlyMap<ResourceId, Orphan>;

/**
 * The state that nobody wants, and for how long. A file that cannot be understood counts as none: everything is then kept for its whole
 * grace anew. Problem: `LEDGER_UNREADABLE` when only root may read it.
 */
export async function readOrphans(ledger: string): Promise<Orphans> {
  const stored = at(parseJson((await readStored(pathIn(ledger))) ?? ""), "orphans");
  if (typeof stored !== "object" || stored === null) return new Map();
  return new Map(
    Object.keys(stored).map((id) => {
      return [id, { since: numberAt(stored, id, "since"), watched: numberAt(stored, id, "watched") }];
    }),
  );
}

/** Stores them: at once and whole. Problem: `LEDGER_UNWRITABLE`. */
export async function writeOrphans(ledger: string, orphans: Orphans): Promise<void> {
  await writeStored(pathIn(ledger), `${JSON.stringify({ orphans: Object.fromEntries(orphans) })}\n`);
}

/** The moment at which an orphan's grace is over, if somebody watches until then; undefined: never. Milliseconds since the epoch. */
export function endOfGrace({ watched }: Orphan, grace: number | "never", now: number): number | undefined {
  return grace === "never" ? undefined : now + Math.max(0, grace - watched);
}

function pathIn(ledger: string): string {
  return join(ledger, "orphans.json");
}
