import type { Entry } from "../../ledger/journal.ts";
import type { Published } from "../../ledger/published-journal.ts";
import { stateLeftBy } from "../../ledger/way-back.ts";
import { fail } from "../../lib/problem.ts";
import { restoreTrailers } from "../../source/trailers.ts";
import type { Git } from "../git.ts";
import { listed } from "../words.ts";
import type { Where } from "./target.ts";

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
