import { join } from "node:path";
import { readPending, writePending } from "../ledger/pending.ts";
import type { SourceState } from "../ledger/source.ts";
import { fail } from "../lib/problem.ts";
import type { SiteLayout } from "../providers/layout.ts";
import { exportRevision } from "../source/export.ts";
import { fetchRemote } from "../source/fetch.ts";
import { headOf, setHead } from "../source/repository.ts";
import type { Revision } from "../source/revision.ts";
import { judge, trust } from "./trusted.ts";

/** A head that was judged, and its files. */
export type Brought = {
  readonly commit: string;
  /** All that was trusted and not yet carried out, oldest first; the last one is the head. */
  readonly revisions: readonly Revision[];
  /** The directory of its files. */
  readonly directory: string;
};

/** The head of what a site follows, not yet judged: of the machine's own branch, or of the remote, which is fetched. Problem: `SOURCE_EMPTY`. */
export async function headOfSource(
  layout: SiteLayout,
  { remote, branch }: SourceState,
  signal: AbortSignal,
): Promise<string> {
  if (remote !== undefined) return fetchRemote(layout.repository, remote, layout.remote, { signal });
  const head = await headOf(layout.repository, branch);
  if (head !== undefined) return head;
  return fail(
    "SOURCE_EMPTY",
    `expected the branch ${branch} in the site's repository, got none: nobody pushed it yet`,
    {
      hint: `git push REMOTE ${branch}`,
    },
  );
}

/**
 * Judges a head and, if it is good, trusts it from now on and writes its files. What was judged before and lost its deploy comes first
 * among its revisions. For who holds the site's lock. Problems: those of `judge` and `exportRevision`.
 */
export async function bringHead(layout: SiteLayout, commit: string, { branch, remote }: SourceState): Promise<Brought> {
  const fresh = await judge(layout, commit);
  const known = new Set(fresh.map((revision) => revision.commit));
  const pending = (await readPending(layout.ledger)).filter((revision) => !known.has(revision.commit));
  const revisions = [...pending, ...fresh];
  if (fresh.length > 0) await writePending(layout.ledger, revisions);
  await trust(layout, commit);
  // what was fetched is kept by a branch, so that git never takes it for rubbish
  if (remote !== undefined) await setHead(layout.repository, branch, commit);
  const directory = await exportRevision(layout.repository, commit, join(layout.revisions, commit));
  return { commit, revisions, directory };
}
