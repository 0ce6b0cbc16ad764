import { at, numberAt, parseJson } from "../lib/json.ts";
import type { Problem } from "../lib/problem.ts";
import { publish } from "../source/published.ts";
import type { Entry, ServiceEntry } from "./journal.ts";

/** So many entries are told, the newest ones. */
const most = 200;

/** Raised when what is published changes its shape. */
const version = 1;

/**
 * Tells the journal to all who may fetch the site's repository, so that `history` and `rollback` know on any machine what became of
 * each push. Lines of logs are left out: they are for root alone. `entries` has the newest first.
 */
export async function publishJournal(repository: string, entries: readonly Entry[]): Promise<void> {
  await publish(repository, publishedText(entries));
}

/** The text that is published. */
export function publishedText(entries: readonly Entry[]): string {
  return `${JSON.stringify({ version, entries: entries.slice(0, most).map(withoutLogs) })}\n`;
}

/** The journal in what was published, the newest entry first; undefined when it is not one that this version can read. */
export function readPublished(text: string): readonly Entry[] | undefined {
  const value = parseJson(text);
  const entries = at(value, "entries");
  return numberAt(value, "version") === version && isEntries(entries) ? entries : undefined;
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

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
