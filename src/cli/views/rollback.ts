import type { Entry } from "../../ledger/journal.ts";
import type { Followed } from "../remote.ts";
import type { Checkout } from "../rollback/commit.ts";
import type { Composed } from "../rollback/compose.ts";
import { type Line, type Text, tone } from "../span.ts";
import { table } from "../table.ts";
import { wrap } from "../width.ts";
import { count, duration, listed } from "../words.ts";
import { clockOf } from "./logs.ts";

/** A rollback before it is made. */
export type RollbackView = {
  readonly site: string;
  /** As they were asked for; empty for the whole site. */
  readonly named: readonly string[];
  readonly followed: Followed;
  readonly target: { readonly commit: string; readonly subject: string };
  readonly composed: Composed;
  readonly restore: Readonly<Record<string, string>>;
  /** Services whose data stays, since nothing was kept of then. */
  readonly without: readonly string[];
  readonly reason: string | undefined;
  readonly now: number;
  readonly zone: string;
};

/** A rollback after it was sent. */
export type DoneRollback = RollbackView & {
  readonly commit: string;
  readonly checkout: Checkout;
  /** What came of it; absent where nobody tells. */
  readonly entry?: Entry;
};

/** So many files are named. */
const most = 20;

/** What would come back, file by file, and whose data. */
export function rollbackText(view: RollbackView, columns: number): Text {
  const { named, target, composed } = view;
  const what = named.length === 0 ? view.site : listed(named);
  const where = `${target.commit.slice(0, 7)}${liveWords(view)}`;
  if (composed.changed.length === 0 && Object.keys(view.restore).length === 0) {
    return [
      `${what}: the files are as they were in ${where}.`,
      `next: freehold history${named.length === 1 ? ` ${named[0]}` : ""}`,
    ];
  }
  const files = composed.changed.slice(0, most).map(({ path, change }) => [path, change]);
  const left = composed.changed.length - files.length;
  return [
    `${what} back to ${where}`,
    ...wrap(`"${target.subject}"`, columns - 2).map((line) => `  ${line}`),
    "",
    ...(files.length === 0 ? ["  The files are as they were already."] : table(files, "  ")),
    ...(left > 0 ? [`  and ${count(left, "more file")}`] : []),
    ...notes(view).flatMap((note) => wrap(note, columns - 2).map((line) => `  ${line}`)),
  ];
}

/** `, live until 14:03 (20 min ago)`; nothing where nobody tells, or when it never was live by itself. */
function liveWords({ followed, target, now, zone }: RollbackView): string {
  const entries = followed.published?.entries ?? [];
  const index = entries.findIndex(({ revision }) => revision?.commit === target.commit);
  const next = entries[index - 1];
  if (index < 1 || next === undefined) return "";
  return `, live until ${clockOf(zone).format(next.at).slice(0, 16)}, ${duration(now - next.at)} ago`;
}

function notes({ composed, restore, without, named, zone }: RollbackView): readonly string[] {
  const states = Object.entries(restore);
  return [
    ...(states.length + composed.gone.length + composed.alsoUsedBy.length > 0 ? [""] : []),
    ...states.map(
      ([service, snapshot]) =>
        `${service}: its data is that of ${timeIn(snapshot, zone)} again; what it has now is kept, too.`,
    ),
    ...(states.length > 0 && without.length > 0 ? [`${listed(without)}: no other data is kept; it stays.`] : []),
    ...composed.gone.map((service) => `${service} was not there then: it goes, its data is kept for a while.`),
    ...(composed.alsoUsedBy.length > 0 ? [`${listed(composed.alsoUsedBy)} also uses files that come back.`] : []),
    ...(named.length === 0 ? ["people.yaml, secrets.yaml and who may sign stay as they are now."] : []),
  ];
}

/** The time in a snapshot's name, which is in UTC, on the person's clock. */
function timeIn(snapshot: string, zone: string): string {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/.exec(snapshot) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}Z`);
  return Number.isNaN(at) ? snapshot : clockOf(zone).format(at).slice(0, 16);
}

/** What is asked before anything is sent. */
export function agreedText({ site, named, restore, followed }: RollbackView): string {
  const what = named.length === 0 ? site : listed(named);
  const data = Object.keys(restore).length === 0 ? "" : ", with data";
  return `Roll back ${what}${data}, by a commit on ${followed.branch} of ${followed.remote}?`;
}

const checkouts: Record<Checkout, (view: DoneRollback) => string | undefined> = {
  "moved along": () => undefined,
  elsewhere: ({ followed }) => `next: git pull ${followed.remote} ${followed.branch} brings it into this checkout`,
  "has changes": ({ followed }) =>
    `next: git pull ${followed.remote} ${followed.branch}, when what you changed here is committed`,
};

/** What came of it. */
export function doneText(view: DoneRollback): Text {
  const { commit, entry, checkout, followed } = view;
  const results = Object.entries(entry?.services ?? {});
  const wrong = results.filter(([, { result }]) => result !== "done").map(([name]) => name);
  const next = checkouts[checkout](view);
  const head: Line =
    wrong.length > 0
      ? [
          tone("bad", "✖"),
          ` ${commit.slice(0, 7)} is on ${followed.branch}, but not all went as wanted: ${listed(wrong)}.`,
        ]
      : [
          tone("good", "✔"),
          ` ${commit.slice(0, 7)} is on ${followed.branch}${entry === undefined ? "" : ", and runs"}.`,
        ];
  return [head, ...(wrong.length > 0 ? ["next: freehold history -n 1"] : []), ...(next === undefined ? [] : [next])];
}

/** The same for programs; `commit` is null when there was nothing to do. */
export function rollbackJson(view: RollbackView | DoneRollback): object {
  const { site, composed, target, restore } = view;
  const done = "commit" in view ? view : undefined;
  return {
    site,
    services: composed.services,
    to: target.commit,
    files: composed.changed,
    restore,
    commit: done?.commit ?? null,
    checkout: done?.checkout ?? null,
    results:
      done?.entry === undefined
        ? null
        : Object.fromEntries(Object.entries(done.entry.services).map(([name, { result }]) => [name, result])),
  };
}
