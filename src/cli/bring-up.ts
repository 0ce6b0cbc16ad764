import { realpath } from "node:fs/promises";
import { type Change, makeChange } from "../controller/change.ts";
import { withHeldBack } from "../controller/held-services.ts";
import { type Prepared, prepare } from "../controller/prepare.ts";
import { supervisorHolder } from "../controller/supervise.ts";
import { type HeldBackServices, readHeldBack } from "../ledger/held.ts";
import { openChangeMark } from "../ledger/open-change.ts";
import { problemOf } from "../lib/problem.ts";
import { isEmpty, planIsCurrent } from "../plan/basis.ts";
import { type Summary, summary } from "../plan/summary.ts";
import type { Runtime } from "../providers/provider.ts";
import { digest } from "../resource/digest.ts";
import type { Site } from "../site/site.ts";
import { changeExit } from "./change-exit.ts";
import type { Context, Input } from "./command.ts";
import { confirm } from "./confirm.ts";
import { earlierSites } from "./earlier-sites.ts";
import { entranceOf } from "./entrance.ts";
import { leavingAfter } from "./leaving-after.ts";
import { narrow } from "./narrow.ts";
import { placeOf } from "./on-cluster.ts";
import { reporter } from "./progress.ts";
import { holdForChange } from "./site-lock.ts";
import { type Session, sayProblems } from "./site-session.ts";
import type { Text } from "./span.ts";
import { keeperOf, type SupervisorStart } from "./supervisor.ts";
import { verifySecrets } from "./verify-secrets.ts";
import { earlierRemedy, earlierText } from "./views/earlier.ts";
import { planText } from "./views/plan.ts";
import { problemsText } from "./views/problems.ts";
import { upJson, upText } from "./views/up.ts";
import { count } from "./words.ts";

/** Shows what would change, asks, does it, keeps it; resolves with the exit code. */
export async function bringUp(context: Context, input: Input, session: Session, runtime: Runtime): Promise<number> {
  const { terminal } = context;
  const loud = input.has("--json") ? "quiet" : "loud";
  if (loud === "loud") sayProblems(context, session);
  await sayEarlier(context, session);
  const named = input.words("SERVICE");
  const wanted = narrow(session.wanted, session.applied, named);
  const { site, heldBack } = withHeldBack(wanted, await readHeldBack(session.layout.ledger), session.applied, named);
  const change = await agreeAndChange({ context, input, session, runtime, wanted, site, heldBack, named, loud });
  if (change === "declined") {
    terminal.say(["Nothing was changed."]);
    return 1;
  }
  const supervisor = context.signal.aborted ? await left(context, site.name) : await keeperOf(context.supervisor, site);
  const entrance =
    context.signal.aborted || change.outcomes.length === 0
      ? undefined
      : await entranceOf(runtime, site, context.signal).catch((thrown: unknown) => {
          terminal.say(problemsText([problemOf(thrown)], terminal.columns)); // what was done is to be told all the same
          return undefined;
        });
  const result = {
    ...{ site, host: placeOf(context, site), change, broken: session.loaded.broken, supervisor },
    ...(entrance && { entrance }),
  };
  if (loud === "quiet") terminal.json(upJson(result));
  else terminal.print(upText(result, terminal.columns));
  return changeExit(context, change, session.loaded.broken);
}

/** Whoever gave a site another name sees what became of the one that runs: its front door may have the ports. */
async function sayEarlier({ roots, terminal }: Context, { directory, site }: Session): Promise<void> {
  const earlier = await earlierSites(roots, directory, site.name);
  if (earlier.length === 0) return;
  terminal.say([...earlierText(earlier), ...earlier.map((name) => `  ${earlierRemedy(name)} takes it down`), ""]);
}

/** Who interrupts is not asked for more: no supervisor is started, but one that runs goes on with what was agreed to. */
async function left({ roots }: Context, site: string): Promise<SupervisorStart> {
  return { state: (await supervisorHolder(roots, site)) === undefined ? "interrupted" : "goes on" };
}

type Work = {
  readonly context: Context;
  readonly input: Input;
  readonly session: Session;
  readonly runtime: Runtime;
  /** As the files say. */
  readonly wanted: Site;
  /** The same, but what is held back as it was applied. */
  readonly site: Site;
  readonly heldBack: HeldBackServices;
  readonly named: readonly string[];
  readonly loud: "loud" | "quiet";
};

/** Until the plan that was agreed to is still true when the site's lock is held. Nothing to do needs no agreement. */
async function agreeAndChange(work: Work): Promise<Change | "declined"> {
  const { context, input, session, runtime, site } = work;
  for (;;) {
    const prepared = await prepare(site, runtime);
    if (isEmpty(prepared.plan) && (await isSettled(work, prepared))) return { outcomes: [], heldBack: work.heldBack };
    await verifySecrets(context, { ...session, site });
    const shown = summary(prepared.plan);
    if (work.loud === "loud" && shown.steps > 0) context.terminal.print([...(await planOf(work, prepared, shown)), ""]);
    if (shown.steps > 0 && !input.has("--yes") && !(await agreed(context, placeOf(context, site), shown)))
      return "declined";
    const held = await holdForChange(context, session, runtime, "up");
    try {
      if (planIsCurrent(prepared.plan, await runtime.observe(site.name)))
        return await carryOut(work, prepared, held.signal);
    } finally {
      await held.release();
    }
    context.terminal.say(["The machine changed meanwhile. This is what is to be done now:", ""]);
  }
}

async function carryOut(work: Work, prepared: Prepared, signal: AbortSignal): Promise<Change> {
  const { context, session, runtime, wanted, named, loud } = work;
  const shown = reporter(context.terminal, context.clock, loud);
  try {
    return await makeChange({
      layout: session.layout,
      runtime,
      clock: context.clock,
      signal,
      progress: shown.event,
      site: wanted,
      named,
      prepared,
      directory: await realpath(session.directory),
      way: "up",
    });
  } finally {
    shown.end();
  }
}

/** Whether the ledger says what is to be, and nothing is open. */
async function isSettled({ session, site, heldBack }: Work, { desired }: Prepared): Promise<boolean> {
  const { applied, layout, directory } = session;
  if ((await openChangeMark(layout.ledger)) !== undefined) return false;
  if (digest(await readHeldBack(layout.ledger)) !== digest(heldBack)) return false;
  return digest(applied ?? {}) === digest({ site, desired, stopped: false, directory: await realpath(directory) });
}

async function planOf({ context, site, heldBack, session }: Work, prepared: Prepared, shown: Summary): Promise<Text> {
  const leaving = await leavingAfter(context, { layout: session.layout, site }, prepared);
  const { broken } = session.loaded;
  const view = { host: placeOf(context, site), site, broken, heldBack, plan: prepared.plan, summary: shown, leaving };
  return planText(view, context.terminal.columns);
}

function agreed(context: Context, where: string, { site, changes, removals }: Summary): Promise<boolean> {
  const what = changes.length === 1 ? "this change" : `these ${changes.length} changes`;
  const gone = removals === 0 ? "" : ` (${count(removals, "service")} removed)`;
  return confirm(context, `Apply ${what} to ${site} on ${where}${gone}?`, `${what} to ${site}`);
}
