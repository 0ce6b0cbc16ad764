import type { Entry } from "../../ledger/journal.ts";
import { liveCommit } from "../../ledger/way-back.ts";
import type { Git } from "../git.ts";
import type { Past } from "../past.ts";
import { commitsOf, type SignedCommit } from "./commits.ts";

/** One change of a site, with the commits that came by it, the newest first. */
export type ToldEntry = { readonly entry: Entry; readonly commits: readonly SignedCommit[] };

/** What became of a site: the newest first. */
export type Told = {
  readonly entries: readonly ToldEntry[];
  /** Commits that are there and did not run yet, or do not know that they did. */
  readonly waiting: readonly SignedCommit[];
};

/** So many commits of one push are told by name. */
const most = 50;

/** The journal with its commits, at most `limit` changes, and what waits. */
export async function tell({ git, head, told, signers }: Past, limit: number): Promise<Told> {
  const shown = told.entries.slice(0, limit);
  const live = liveCommit(told.entries);
  const between = await Promise.all(shown.map((entry, index) => broughtBy(git, entry, told.entries.slice(index + 1))));
  const waiting = head === undefined || head === live ? [] : await listed(git, live, head, limit);
  const known = git && (await commitsOf(git, [...between.flat(), ...waiting], signers));
  const named = (ids: readonly string[]): SignedCommit[] =>
    ids.flatMap((id) => {
      const commit = known?.get(id);
      return commit === undefined ? [] : [recognised(commit, told.entries)];
    });
  return {
    entries: shown.map((entry, index) => ({ entry, commits: named(between[index] ?? []) })),
    waiting: named(waiting),
  };
}

/**
 * A commit with what the machine has vouched for: it verified the head of each change itself, and a key that it knew there has that name
 * elsewhere, too, where the signature is right.
 */
export function recognised(commit: SignedCommit, entries: readonly Entry[]): SignedCommit {
  const { signature } = commit;
  if (signature.is !== "unknown" && signature.is !== "unchecked") return commit;
  const signer = entries.find(({ revision }) => {
    const isHead = revision?.commit === commit.commit;
    return isHead || (signature.is === "unknown" && revision?.signer.key === signature.key);
  })?.revision?.signer;
  if (signer === undefined) return commit;
  return { ...commit, signature: { is: "good", name: signer.name, key: signer.key } };
}

/** The commits that came with an entry: those since the one before it that came by a commit. */
async function broughtBy(
  git: Git | undefined,
  { revision }: Entry,
  older: readonly Entry[],
): Promise<readonly string[]> {
  if (revision === undefined) return [];
  const before = older.find((entry) => entry.revision !== undefined)?.revision?.commit;
  return before === revision.commit
    ? [revision.commit]
    : listed(git, before, revision.commit, before === undefined ? 1 : most);
}

/** What `to` has and `from` has not, at most `limit` commits of the site's directory; `to` alone when `from` is not here. */
async function listed(
  git: Git | undefined,
  from: string | undefined,
  to: string,
  limit: number,
): Promise<readonly string[]> {
  if (git === undefined) return [];
  const range = [`--max-count=${limit}`, to, ...(from === undefined ? [] : [`^${from}`])];
  const { code, stdout } = await git.try(["rev-list", ...range, "--"]);
  return code === 0 ? stdout.split("\n").filter((line) => line !== "") : [to];
}
