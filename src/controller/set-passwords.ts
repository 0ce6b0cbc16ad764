import { relist } from "../features/apps/relist.ts";
import { type Applied, writeApplied } from "../ledger/applied.ts";
import { readPasswords, type SetPasswords, withPasswords } from "../ledger/passwords.ts";
import { ProblemError } from "../lib/problem.ts";

/**
 * What was applied, with the passwords that people set since by their invitations; stored, if there are any. Only listings of people
 * change by it. For whoever holds the ledger's lock.
 */
export async function withSetPasswords(ledger: string, applied: Applied): Promise<Applied> {
  const site = withPasswords(applied.site, await passwordsOrNone(ledger), applied.site);
  if (site === applied.site) return applied;
  const filled = { ...applied, site, desired: relist(applied.desired, site) };
  await writeApplied(ledger, filled);
  return filled;
}

/** What was applied has all passwords that worked so far: a damaged file is `up`'s to say, and stops nobody's service. */
async function passwordsOrNone(ledger: string): Promise<SetPasswords> {
  try {
    return await readPasswords(ledger);
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.code === "LEDGER_UNREADABLE") return new Map();
    throw thrown;
  }
}
