import type { Entry } from "../../ledger/journal.ts";
import type { Published } from "../../ledger/published-journal.ts";
import { commitAt, commitBefore, stateLeftBy } from "../../ledger/way-back.ts";
import { fail } from "../../lib/problem.ts";
import { restoreTrailers } from "../../source/trailers.ts";
import { commitNamed } from "../files-of.ts";
import type { Git } from "../git.ts";
import { unknownService } from "../narrow.ts";
import type { Followed } from "../remote.ts";
import { listed } from "../words.ts";
import { servicesIn } from "./compose.ts";
import { readMoment } from "./moment.ts";

/** Where a rollback leads. */
export type Where = {
  readonly git: Git;
  readonly followed: Followed;
  /** All when none is named. */
  readonly services: readonly string[];
  readonly now: number;
  readonly zone: string;
};

/**
 * The commit whose files are to come back: what `--to` means (a commit, or a time), or what was live before the last change of these
 * services. Problems: `REVISION_UNKNOWN`, `REVISION_ELSEWHERE`, `NOTHING_BEFORE`, `USAGE_TIME`.
 */
export async function targetOf(where: Where, to: string | undefined): Promise<string> {
  const { git, followed } = where;
  const commit = await meant(where, to);
  const { code } = await git.try(["merge-base", "--is-ancestor", commit, followed.head]);
  if (code === 0) return commit;
  return fail(
    "REVISION_ELSEWHERE",
    `expected a commit of ${followed.branch}, got ${commit.slice(0, 7)}, which never was on it`,
    {
      hint: "git merge brings in what is on another branch",
    },
  );
}

async function meant(where: Where, to: string | undefined): Promise<string> {
  const { git, followed, services } = where;
  const entries = followed.published?.entries;
  if (to === undefined) {
    const before = entries === undefined ? await beforeInGit(where) : commitBefore(entries, services);
    return before ?? nothingBefore(git, followed.head, services);
  }
  const moment = readMoment(to, where);
  if (moment === undefined) return commitNamed(git, to);
  const at = entries === undefined ? await atInGit(git, followed.head, moment) : commitAt(entries, moment);
  return at ?? fail("NOTHING_BEFORE", `expected a time at which the site ran, got ${to}`, { hint: "freehold history" });
}

/** Where nobody tells what was live: the commit before the last one that has to do with these services' own files. */
async function beforeInGit({ git, followed, services }: Where): Promise<string | undefined> {
  const files = services.map((service) => `services/${service}.yaml`);
  const listed_ = await git.ask([
    "log",
    "--first-parent",
    "--max-count=1",
    "--format=%P",
    followed.head,
    "--",
    ...files,
  ]);
  const [parent] = listed_.split(" ");
  return parent === "" ? undefined : parent;
}

async function atInGit(git: Git, head: string, moment: number): Promise<string | undefined> {
  const before = `--before=${new Date(moment).toISOString()}`;
  const found = await git.ask(["log", "--first-parent", "--max-count=1", "--format=%H", before, head, "--"]);
  return found === "" ? undefined : found;
}

async function nothingBefore(git: Git, head: string, services: readonly string[]): Promise<never> {
  const known = await servicesIn(git, head);
  for (const name of services) if (!known.includes(name)) unknownService(name, known);
  const what = services.length === 0 ? "the site" : listed(services);
  return fail("NOTHING_BEFORE", `expected an earlier version of ${what}, got none: nothing changed since the first`, {
    hint: "name a commit or a time by --to; freehold history lists them",
  });
}

/** The states that come back, by service, and the services that have none to bring back. */
export type States = { readonly restore: Readonly<Record<string, string>>; readonly without: readonly string[] };

/**
 * The states in which the target left these services, or the one that was named. Problems: `JOURNAL_UNKNOWN` when nobody tells what there
 * is, `STATE_NONE_KEPT`, `STATE_GONE`, `USAGE_SNAPSHOT`.
 */
export async function statesOf(
  { git, followed }: Where,
  target: string,
  services: readonly string[],
  named: string,
): Promise<States> {
  if (named !== "") return { restore: namedState(services, named, followed.published), without: [] };
  const published = followed.published ?? journalUnknown(followed.remote);
  const live = await liveWith(git, published.entries, target);
  const found = services.map((service) => ({
    service,
    state: live === undefined ? undefined : stateLeftBy(published.entries, service, live),
  }));
  const kept = found.flatMap(({ state }) => state ?? []);
  for (const { service, snapshot } of kept) needThere(published, service, snapshot);
  if (kept.length === 0) {
    fail("STATE_NONE_KEPT", `expected a snapshot of ${listed(services)} since ${target.slice(0, 7)}, got none`, {
      hint: "without --data the files alone go back; nothing has replaced the data since",
    });
  }
  return {
    restore: Object.fromEntries(kept.map(({ service, snapshot }) => [service, snapshot])),
    without: found.filter(({ state }) => state === undefined).map(({ service }) => service),
  };
}

function namedState(services: readonly string[], name: string, published: Published | undefined): States["restore"] {
  const [service, second] = services;
  if (service === undefined || second !== undefined) {
    return fail("USAGE_SNAPSHOT", "expected one SERVICE with the name of a snapshot, got more or none");
  }
  const { restore } = restoreTrailers(`Restore-State: ${service} ${name}`);
  if (restore[service] === undefined) return fail("USAGE_SNAPSHOT", `expected the name of a snapshot, got "${name}"`);
  if (published !== undefined) needThere(published, service, name);
  return restore;
}

function needThere({ snapshots }: Published, service: string, name: string): void {
  const own = snapshots.filter((snapshot) => snapshot.service === service).map((snapshot) => snapshot.name);
  if (own.includes(name)) return;
  fail("STATE_GONE", `expected the snapshot ${name} of ${service}, got ${own.length === 0 ? "none" : listed(own)}`, {
    hint: "the newest five are kept, for 30 days; --data=SNAPSHOT names one",
  });
}

function journalUnknown(remote: string): never {
  return fail("JOURNAL_UNKNOWN", `expected ${remote} to tell which data is kept, got a repository that does not`, {
    hint: "freehold history on the machine lists snapshots; --data=SNAPSHOT names one",
  });
}

/** The commit by which the target came to run: itself, or the first that has it. */
async function liveWith(git: Git, entries: readonly Entry[], target: string): Promise<string | undefined> {
  const commits = entries.flatMap(({ revision }) => revision?.commit ?? []);
  if (commits.includes(target)) return target;
  for (const commit of commits.toReversed()) {
    if ((await git.try(["merge-base", "--is-ancestor", target, commit])).code === 0) return commit;
  }
  return undefined;
}
