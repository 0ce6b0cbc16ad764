import { bringHead, headOfSource } from "../controller/bring-head.ts";
import { refuse } from "../controller/trusted.ts";
import { readApplied } from "../ledger/applied.ts";
import { isDealtWith, readFollowed, signersMark, writeFollowed } from "../ledger/followed.ts";
import { type Lock, lock } from "../ledger/lock.ts";
import { readSource, type SourceState } from "../ledger/source.ts";
import { fail, type Problem, ProblemError } from "../lib/problem.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import { label } from "../site/schema/name.ts";
import { carryHead, type DeployWay } from "./carry-head.ts";
import type { Context } from "./command.ts";
import { failureText } from "./views/failure.ts";

/** What is deployed. */
export type DeployWhat = {
  readonly way: DeployWay;
  /** The head of the remote, where somebody fetched it already. */
  readonly rev?: string;
};

/** Milliseconds that a deploy waits for others: an image may be made. */
const patience = 3_600_000;

/**
 * Brings the head of what a site follows to this machine, under the site's lock: judges it, writes its files, and makes the change. Says
 * what it does; resolves with the exit code. May be killed at any instant and run again, and does nothing for a head that was dealt
 * with. Problems: `SITE_UNKNOWN`, `SOURCE_NONE`, and those of what it does.
 */
export async function deploySite(context: Context, name: string, what: DeployWhat): Promise<number> {
  const layout = siteLayout(context.roots, label.test(name) ? name : unknown(name));
  if ((await readSource(layout.ledger)) === undefined) unknown(name);
  const held = await lockForDeploy(context, layout);
  try {
    return await deployLocked(context, layout, name, what);
  } finally {
    await held.release();
  }
}

async function deployLocked(context: Context, layout: SiteLayout, name: string, { way, rev }: DeployWhat) {
  const { terminal, signal } = context;
  const source = (await readSource(layout.ledger)) ?? unknown(name);
  const commit = (source.remote && rev) ?? (await headOfSource(layout, source, signal));
  const applied = await readApplied(layout.ledger);
  // what a person took down comes back when a person says so, not because a controller starts
  if (way === "follow" && applied?.stopped === true) return 0;
  const signers = await signersMark(layout.trust);
  const before = await readFollowed(layout.ledger);
  if (isDealtWith(before, commit, signers) && way !== "up" && applied?.stopped !== true) {
    const came = before?.came === "refused" ? "was refused" : "is on this machine already";
    terminal.print([`${commit.slice(0, 7)} ${came}.`]);
    return before?.came === "refused" ? 1 : 0;
  }
  const brought = await judged(context, layout, commit, source);
  if ("problem" in brought) {
    await writeFollowed(layout.ledger, { commit, came: "refused", signers, at: context.clock.now() });
    terminal.say([...failureText(brought.problem, terminal.columns), "", `${name} runs on as before.`]);
    return 1;
  }
  const code = await carryHead(context, { layout, name, way, applied, ...brought });
  if (!signal.aborted)
    await writeFollowed(layout.ledger, { commit, came: "carried", signers, at: context.clock.now() });
  return code;
}

/** A head that must not be taken is remembered as refused; what may go well another time is thrown on. */
async function judged(context: Context, layout: SiteLayout, commit: string, source: SourceState) {
  try {
    return await bringHead(layout, commit, source);
  } catch (thrown) {
    if (!(thrown instanceof ProblemError) || thrown.problem.kind !== "user") throw thrown;
    const { problem }: { problem: Problem } = thrown;
    await refuse(layout, commit, problem, context.clock.now());
    return { problem };
  }
}

/** The site's lock; says whom it waits for. Problem: `LOCKED`. */
function lockForDeploy({ terminal, signal, clock }: Context, { ledger }: SiteLayout): Promise<Lock> {
  return lock(ledger, "freehold deploy", {
    waitMilliseconds: patience,
    onWait: (holder) => terminal.say([`waiting for ${holder.what} (process ${holder.pid}) to be done …`]),
    signal,
    clock,
  });
}

function unknown(name: string): never {
  return fail("SITE_UNKNOWN", `expected a site that follows git on this machine, got "${name}"`, {
    hint: `freehold install --site-name ${label.test(name) ? name : "NAME"} makes the repository that one pushes to`,
  });
}
