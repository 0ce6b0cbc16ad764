import { commitAt, commitBefore } from "../../ledger/way-back.ts";
import { fail } from "../../lib/problem.ts";
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
  const printed = await git.ask([
    "log",
    "--first-parent",
    "--max-count=1",
    "--format=%P",
    followed.head,
    "--",
    ...files,
  ]);
  const [parent] = printed.split(" ");
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
