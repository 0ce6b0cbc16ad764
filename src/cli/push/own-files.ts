import { readSource, type SourceState } from "../../ledger/source.ts";
import { fail } from "../../lib/problem.ts";
import type { Session } from "../site-session.ts";

/**
 * Makes sure that a site is brought up from a directory only as long as it does not follow git: else files that nobody signed would run, until
 * the next commit takes them away again. Problem: `FOLLOWS_GIT`.
 */
export async function needOwnFiles({
  layout,
  site,
  applied,
}: Pick<Session, "layout" | "site" | "applied">): Promise<void> {
  const source = await readSource(layout.ledger);
  if (source === undefined || !followsGit(source)) return;
  const from = source.remote === undefined ? "its repository on this machine" : source.remote.url;
  const push =
    source.remote === undefined ? `git push ${site.name} ${source.branch}` : `git push, to ${source.remote.url}`;
  const again = `freehold up --site-name ${site.name}`;
  fail("FOLLOWS_GIT", `expected a commit, since ${site.name} follows ${from}, got the files of a directory`, {
    hint: applied === undefined || applied.stopped ? `${again} brings back what was pushed` : push,
  });
}

/** Whether what runs comes by git: something was taken that way, or a remote is looked at. */
export function followsGit(source: SourceState | undefined): boolean {
  return source?.trusted !== undefined || source?.remote !== undefined;
}
