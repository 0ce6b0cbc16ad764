import { at, numberAt, parseJson, textAt } from "../lib/json.ts";
import type { Problem } from "../lib/problem.ts";
import type { Snapshot } from "../providers/snapshots.ts";
import { publish } from "../source/published.ts";
import type { Entry, ServiceEntry } from "./journal.ts";

/** What the machine tells of a site. */
export type Published = {
  /** The newest first. */
  readonly entries: readonly Entry[];
  /** Those that are there, so that nobody asks for one that has had its time. */
  readonly snapshots: readonly Snapshot[];
};

/** So many entries are told, the newest ones. */
const most = 200;

/** Raised when what is published changes its shape. */
const version = 1;

/**
 * Tells the journal to all who may fetch the site's repository, so that `history` and `rollback` know on any machine what became of
 * each push. Lines of logs are left out: they are for root alone. `entries` has the newest first,
 * `snapshots` what `Runtime.snapshots.list` says.
 */
export async function publishJournal(
  repository: string,
  entries: readonly Entry[],
  snapshots: readonly Snapshot[] = [],
): Promise<void> {
  await publish(repository, publishedText({ entries, snapshots }));
}

/** The text that is published. */
export function publishedText({ entries, snapshots }: Published): string {
  return `${JSON.stringify({ version, entries: entries.slice(0, most).map(withoutLogs), snapshots })}\n`;
}

/** What was published; undefined when it is nothing that this version can read. */
export function readPublished(text: string): Published | undefined {
  const value = parseJson(text);
  const [entries, snapshots] = [at(value, "entries"), at(value, "snapshots")];
  if (numberAt(value, "version") !== version || !isEntries(entries) || !isSnapshots(snapshots)) return undefined;
  return { entries, snapshots };
}

function withoutLogs(entry: Entry): Entry {
  const services = Object.entries(entry.services).map(([name, { problem, ...rest }]): [string, ServiceEntry] => {
    return [name, { ...rest, ...(problem !== undefined && { problem: withoutDetail(problem) }) }];
  });
  return { ...entry, services: Object.fromEntries(services) };
}

function withoutDetail({ detail: _detail, ...rest }: Problem): Problem {
  return rest;
}

/** The machine wrote it, and it alone can: what has the form of entries is what it wrote. */
function isEntries(value: unknown): value is readonly Entry[] {
  return Array.isArray(value) && value.every((entry) => numberAt(entry, "at") > 0 && isMap(at(entry, "services")));
}

function isSnapshots(value: unknown): value is readonly Snapshot[] {
  return Array.isArray(value) && value.every((one) => textAt(one, "service") !== "" && textAt(one, "name") !== "");
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
