import { readSource, writeSource } from "../ledger/source.ts";
import { fail, type Problem } from "../lib/problem.ts";
import type { SiteLayout } from "../providers/layout.ts";
import { signersFile, signersIn } from "../site/signers-in.ts";
import { accept } from "../source/accept.ts";
import type { Quarantine } from "../source/quarantine.ts";
import { needCommitId } from "../source/repository.ts";
import type { Revision } from "../source/revision.ts";
import { readSignerList } from "../source/signer-list.ts";

type Where = Pick<SiteLayout, "ledger" | "repository" | "trust">;

/**
 * The revisions that a head of the site's repository brings beyond the trusted one, oldest first. It changes nothing: see {@link trust}.
 * Problems: `SOURCE_NONE`, `SIGNERS_UNREADABLE`, and those of `accept`.
 */
export async function judge(
  { ledger, repository, trust }: Where,
  to: string,
  options: { readonly quarantine?: Quarantine | undefined } = {},
): Promise<Revision[]> {
  needCommitId(to);
  const { trusted } = (await readSource(ledger)) ?? noSource();
  const machine = await readSignerList(trust);
  return accept({
    repository,
    ...options,
    from: trusted,
    to,
    machine,
    listed: { file: signersFile, read: signersIn },
  });
}

/** From now on nothing is taken that does not descend from this commit, which was judged, or which a person vouches for. */
export async function trust({ ledger }: Pick<Where, "ledger">, commit: string): Promise<void> {
  needCommitId(commit);
  const { refused: _, ...source } = (await readSource(ledger)) ?? noSource();
  await writeSource(ledger, { ...source, trusted: commit });
}

/** Remembers a head that was not taken, and why, until a good one comes. */
export async function refuse(
  { ledger }: Pick<Where, "ledger">,
  commit: string,
  problem: Problem,
  now: number,
): Promise<void> {
  needCommitId(commit);
  const source = (await readSource(ledger)) ?? noSource();
  await writeSource(ledger, { ...source, refused: { commit, at: now, problem } });
}

function noSource(): never {
  return fail("SOURCE_NONE", "expected a site that follows git, got one that does not yet", {
    hint: "freehold init sets that up in the site's directory; freehold source set URL follows a repository elsewhere",
  });
}
