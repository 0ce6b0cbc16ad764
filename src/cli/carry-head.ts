import { makeChange } from "../controller/change.ts";
import { withHeld } from "../controller/desired.ts";
import { withHeldBack } from "../controller/held-services.ts";
import { prepare } from "../controller/prepare.ts";
import { pruneRevisions } from "../controller/revisions.ts";
import { refuse } from "../controller/trusted.ts";
import type { Applied } from "../ledger/applied.ts";
import { readHeldBack } from "../ledger/held.ts";
import { readJournal } from "../ledger/journal.ts";
import { readPasswords, withPasswords } from "../ledger/passwords.ts";
import { forgetPending } from "../ledger/pending.ts";
import { publishJournal } from "../ledger/published-journal.ts";
import { revertOffers } from "../ledger/way-back.ts";
import { type Problem, problem, problemOf } from "../lib/problem.ts";
import { summary } from "../plan/summary.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { Runtime } from "../providers/provider.ts";
import { type Loaded, load } from "../site/load.ts";
import type { Site } from "../site/site.ts";
import type { Revision } from "../source/revision.ts";
import { restoresOf } from "../source/trailers.ts";
import { changeExit } from "./change-exit.ts";
import type { Context } from "./command.ts";
import { imagesIn } from "./home.ts";
import { leavingAfter } from "./leaving-after.ts";
import { placeOf } from "./on-cluster.ts";
import { reporter } from "./progress.ts";
import { needSameEngine } from "./same-engine.ts";
import { holdOthers } from "./site-lock.ts";
import { keeperOf } from "./supervisor.ts";
import { verifySecrets } from "./verify-secrets.ts";
import { checkText } from "./views/check.ts";
import { planText } from "./views/plan.ts";
import { revertText } from "./views/reverts.ts";
import { revisionsText } from "./views/revisions.ts";
import { upText } from "./views/up.ts";

/** What made a deploy begin: a push, the controller, or a person at the machine. */
export type DeployWay = "push" | "follow" | "up";

/** A head that is trusted, and what is carried out of it. */
export type Carried = {
  readonly layout: SiteLayout;
  readonly name: string;
  readonly way: DeployWay;
  readonly applied: Applied | undefined;
  readonly commit: string;
  readonly revisions: readonly Revision[];
  readonly directory: string;
};

/** Milliseconds that a deploy waits for others elsewhere: an image may be made. */
const patience = 3_600_000;

/**
 * Makes the machine be as the files of a trusted head say. A site that cannot be used as a whole changes nothing, a service whose file has errors
 * is left as it runs. For who holds the lock; resolves with the exit code.
 */
export async function carryHead(context: Context, carried: Carried): Promise<number> {
  const { terminal } = context;
  const { layout, name, way, commit, revisions, directory } = carried;
  if (way !== "push") terminal.print(revisionsText(revisions, terminal.columns));
  const loaded = await load(directory, { images: imagesIn(context.home) });
  const { site } = loaded;
  const errors = loaded.problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) terminal.print([...checkText({ ...loaded, problems: errors }, terminal.columns), ""]);
  const unusable = unusableSite(loaded, name);
  if (unusable !== undefined || site === undefined) {
    const found = unusable ?? problem("SITE_NOT_FOUND", "expected a site, got none");
    await refuse(layout, commit, found, context.clock.now());
    terminal.print([`${found.message}.`, `${name} runs on as before.`]);
    return 10;
  }
  needSameEngine(carried.applied, site);
  const runtime = await context.createRuntime(site);
  try {
    const held = await holdOthers(context, site, runtime, { what: "freehold deploy", waitMilliseconds: patience });
    try {
      return await change({ ...context, signal: held.signal }, carried, { ...loaded, site }, runtime);
    } finally {
      await held.release();
    }
  } finally {
    await runtime.close();
  }
}

/** Why nothing of a revision can be used. */
export function unusableSite({ site, problems }: Loaded, name: string): Problem | undefined {
  if (site === undefined) return problems.find(({ severity }) => severity === "error");
  if (site.name === name) return undefined;
  return problem("SITE_RENAMED", `expected name: ${name} in site.yaml, got ${site.name}`, {
    place: { file: "site.yaml", line: 1, column: 1 },
    hint: `put the name back; a site of another name has a repository of its own: freehold install --site-name ${site.name}`,
  });
}

async function change(
  context: Context,
  carried: Carried,
  loaded: Loaded & { readonly site: Site },
  runtime: Runtime,
): Promise<number> {
  const { terminal, clock, signal } = context;
  const { layout, way, applied, revisions, directory } = carried;
  const whole = withPasswords(withHeld(loaded, applied), await readPasswords(layout.ledger), applied?.site);
  const host = placeOf(context, loaded.site);
  const { site } = withHeldBack(whole, await readHeldBack(layout.ledger), applied);
  await verifySecrets(context, { directory, site });
  const { restore } = restoresOf(revisions);
  const prepared = await prepare(site, runtime, { restore: Object.keys(restore) });
  const { broken } = loaded;
  const shown = summary(prepared.plan);
  const leaving = await leavingAfter(context, { layout, site }, prepared);
  if (shown.steps > 0)
    terminal.print([
      "",
      ...planText({ host, site, broken, plan: prepared.plan, summary: shown, leaving }, terminal.columns),
      "",
    ]);
  const journal = await readJournal(layout.ledger);
  const revision = revisions.at(-1) ?? journal.find((entry) => entry.revision?.commit === carried.commit)?.revision;
  // of a first change, too, somebody must know if it is killed; later ones have their supervisor already
  if (way !== "follow" && applied === undefined) await keeperOf(context.supervisor, site);
  const progress = reporter(terminal, clock, "loud");
  try {
    const made = await makeChange({
      ...{ layout, runtime, clock, signal, site: whole, prepared, directory, way, restore },
      ...(revision && { revision }),
      progress: progress.event,
    });
    progress.end();
    const supervisor = way === "follow" ? ({ state: "running" } as const) : await keeperOf(context.supervisor, site);
    terminal.print(upText({ site, host, change: made, broken, supervisor }, terminal.columns));
    if (made.entry !== undefined) await settle(context, carried, runtime);
    return changeExit(context, made, broken);
  } finally {
    progress.end();
  }
}

/** What is done when a change has ended; none of it may make it fail. */
async function settle({ terminal, zone }: Context, carried: Carried, runtime: Runtime) {
  const { layout, name, commit, applied, revisions } = carried;
  try {
    const journal = await readJournal(layout.ledger);
    terminal.print(revertText(revertOffers(revisions, journal), zone, terminal.columns));
    await forgetPending(layout.ledger);
    const before = applied?.directory?.split("/").at(-1);
    await pruneRevisions(layout, [commit, ...(before === undefined ? [] : [before])]);
    await publishJournal(layout.repository, journal, await runtime.snapshots.list(name));
  } catch (thrown) {
    terminal.say([`note: ${problemOf(thrown).message}`]);
  }
}
