import { appendFile, mkdir, open, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../lib/fs.ts";
import { at, numberAt, parseJson, textAt } from "../lib/json.ts";
import type { Problem } from "../lib/problem.ts";
import type { Revision } from "../source/revision.ts";
import { readStored } from "./stored.ts";
import { orUnwritable } from "./unwritable.ts";

/** What a change came by: the command line, a push, a remote or webhook that was followed, `down`, a rollback, the end of the grace of state. */
export type Way = "up" | "push" | "follow" | "down" | "restore" | "grace";

/**
 * What came of one service: `done` it is as wanted; `undone` it was touched, and the old version is back with its state; `failed` it is
 * neither (nothing to go back to, or the way back failed too); `kept-back` nothing of it was touched, the old version runs on.
 */
export type Result = "done" | "undone" | "failed" | "kept-back";

/** One service's share in a change. */
export type ServiceEntry = {
  readonly result: Result;
  /** In short phrases, as the plan shows them: `image 1.4 → 1.5`. */
  readonly what: readonly string[];
  /** Its state as it was just before this change: the name of a snapshot. */
  readonly snapshot?: string;
  /** Why it did not go as wanted. `detail` may have lines of the service's log: for root alone. */
  readonly problem?: Problem;
  /** How long it was away, in milliseconds, where it was put back. */
  readonly away?: number;
};

/** One change, as it ended. */
export type Entry = {
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
  readonly milliseconds: number;
  readonly way: Way;
  readonly revision?: Revision;
  /** By name, those that it was about; the front door is `front`. */
  readonly services: Readonly<Record<string, ServiceEntry>>;
};

/** Bytes after which a new file begins; one older file is kept beside it. */
const mostBytes = 4 * 1024 * 1024;

/**
 * Adds an entry, on the disk for good when it resolves; one that is its last already is not added again. Problem:
 * `LEDGER_UNWRITABLE`.
 */
export async function append(ledger: string, entry: Entry): Promise<void> {
  const [last] = await readJournal(ledger, { limit: 1 });
  if (last?.at === entry.at && last.way === entry.way) return;
  await orUnwritable(ledger, addLine(ledger, `${JSON.stringify(entry)}\n`));
}

/** The newest entries first, at most `limit` of them. A line that was cut off is passed over. */
export async function readJournal(
  ledger: string,
  { limit = Number.POSITIVE_INFINITY }: { readonly limit?: number } = {},
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const path of [pathIn(ledger), olderIn(ledger)]) {
    if (entries.length >= limit) break;
    const lines = ((await readStored(path)) ?? "").split("\n");
    for (const line of lines.reverse()) {
      if (entries.length >= limit) break;
      const entry = parseJson(line);
      if (isEntry(entry)) entries.push(entry);
    }
  }
  return entries;
}

async function addLine(ledger: string, line: string): Promise<void> {
  await mkdir(ledger, { recursive: true, mode: 0o700 });
  const path = pathIn(ledger);
  if ((await sizeOf(path)) > mostBytes) await rename(path, olderIn(ledger));
  // Whatever a writer that was killed left unended stays a line of its own.
  const start = (await endsWhole(path)) ? "" : "\n";
  await appendFile(path, start + line, { mode: 0o600, flush: true });
}

async function endsWhole(path: string): Promise<boolean> {
  const size = await sizeOf(path);
  if (size === 0) return true;
  const file = await open(path, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer.toString() === "\n";
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return 0;
    throw thrown;
  }
}

/** Only freehold writes there, for root alone: a line that is whole is what it wrote. */
function isEntry(value: unknown): value is Entry {
  return numberAt(value, "at") > 0 && textAt(value, "way") !== "" && typeof at(value, "services") === "object";
}

function pathIn(ledger: string): string {
  return join(ledger, "journal.jsonl");
}

function olderIn(ledger: string): string {
  return join(ledger, "journal-older.jsonl");
}
