import { prepare } from "../controller/prepare.ts";
import { converge, type Outcome } from "../converge/converge.ts";
import { forgetApplied, writeApplied } from "../ledger/applied.ts";
import { writeHeldBack } from "../ledger/held.ts";
import { forgetKnownState } from "../ledger/known-state.ts";
import { forgetOpenChange } from "../ledger/open-change.ts";
import { forgetPasswords } from "../ledger/passwords.ts";
import { readSource, writeSource } from "../ledger/source.ts";
import { fail } from "../lib/problem.ts";
import { type Summary, summary } from "../plan/summary.ts";
import type { Runtime } from "../providers/provider.ts";
import { namespaceOf } from "../resource/namespace.ts";
import type { Site } from "../site/site.ts";
import type { Context, Input } from "./command.ts";
import { confirm, confirmByName } from "./confirm.ts";
import { needKeeper } from "./need-keeper.ts";
import { isOnCluster, placeOf } from "./on-cluster.ts";
import { reporter } from "./progress.ts";
import { followsGit } from "./push/own-files.ts";
import { holdForChange } from "./site-lock.ts";
import type { Session } from "./site-session.ts";
import { downCommand, downJson, downQuestion, downText } from "./views/down.ts";

/** Whether data goes too. */
type Data = "kept" | "deleted";

/** What is known of the site that is taken down: that it was applied, or its files alone. */
type Known = Pick<Session, "site" | "layout" | "applied">;

/** Stops everything of a site, after asking; resolves with the exit code. */
export async function takeDown(context: Context, input: Input, session: Known, runtime: Runtime): Promise<number> {
  const { terminal } = context;
  const { name } = session.site;
  const loud = input.has("--json") ? "quiet" : "loud";
  const data: Data = input.has("--delete-state") ? "deleted" : "kept";
  const options = { stopped: true, deleteState: data === "deleted" };
  await needKeeper(runtime, session.site, "down");
  const { plan } = await prepare(session.site, runtime, options);
  if (!(await agreed(context, input, session.site, summary(plan), data))) {
    terminal.say(["Nothing was changed."]);
    return 1;
  }
  const outcomes = await stopAll(context, session, runtime, { options, loud });
  const supervisor = isOnCluster(session.site) ? undefined : await context.supervisor.ended(name, context.signal);
  if (supervisor !== undefined)
    terminal.say([`The supervisor (process ${supervisor}) does not end by itself: kill -KILL ${supervisor} ends it.`]);
  const byName = input.has("--site-name");
  const follows = followsGit(await readSource(session.layout.ledger));
  const result = {
    site: name,
    host: placeOf(context, session.site),
    data,
    outcomes,
    byName,
    follows,
    home: session.layout.home,
    ...namespaceIn(session),
  };
  if (loud === "quiet") terminal.json(downJson(result));
  else terminal.print(downText(result));
  if (context.signal.aborted) return 130;
  const done = outcomes.filter((outcome) => outcome.result === "done").length;
  if (done === outcomes.length) return 0;
  return done === 0 ? 1 : 3;
}

function namespaceIn({ site }: Known): { readonly namespace?: string } {
  return isOnCluster(site) ? { namespace: namespaceOf(site.name, "front") } : {};
}

type How = {
  readonly options: { readonly stopped: boolean; readonly deleteState: boolean };
  readonly loud: "loud" | "quiet";
};

/** With the lock: says that the site is stopped, so that nobody brings it back, then takes it away. */
async function stopAll(
  context: Context,
  { layout, site, applied }: Known,
  runtime: Runtime,
  { options, loud }: How,
): Promise<readonly Outcome[]> {
  const held = await holdForChange(context, { layout, site }, runtime, "down");
  const shown = reporter(context.terminal, context.clock, loud);
  try {
    if (applied !== undefined) await writeApplied(layout.ledger, { ...applied, stopped: true });
    const { plan } = await prepare(site, runtime, options);
    const { clock } = context;
    const outcomes = await converge(plan, { runtime, progress: shown.event, signal: held.signal, clock });
    await runtime.removeFailed(site.name);
    const isGone = options.deleteState && outcomes.every(({ result }) => result === "done");
    if (isGone) {
      await forgetPasswords(layout.ledger);
      await forgetKnownState(layout.ledger);
      await forgetOpenChange(layout.ledger);
      await writeHeldBack(layout.ledger, {});
      await forgetApplied(layout.ledger);
      await forgetRemote(layout.ledger);
    }
    return outcomes;
  } finally {
    shown.end();
    await held.release();
  }
}

/** A site that was deleted does not come back because somebody commits elsewhere. */
async function forgetRemote(ledger: string): Promise<void> {
  const source = await readSource(ledger);
  if (source?.remote === undefined) return;
  const { remote: _, ...rest } = source;
  await writeSource(ledger, rest);
}

async function agreed(context: Context, input: Input, site: Site, shown: Summary, data: Data): Promise<boolean> {
  const { name } = site;
  const question = downQuestion(name, placeOf(context, site), shown);
  const attended = !input.has("--yes");
  if (data === "kept") return attended ? confirm(context, question, `stop ${name}`) : true;
  const typed = input.option("--delete-state");
  if (typed === name && !attended) return true;
  if (typed !== "" && typed !== name) {
    fail("USAGE_NAME", `expected the site's name, ${name}, got "${typed}": nothing was deleted`);
  }
  if (!attended) {
    fail("USAGE_NAME", "expected the site's name with --delete-state, since its data goes for good", {
      hint: `${downCommand(name, input.has("--site-name"))} --yes --delete-state=${name}`,
    });
  }
  return confirmByName(context, {
    question: `${question}\nIts data goes for good. Type the site's name to go on:`,
    word: name,
    doing: `delete the data of ${name}`,
    flag: `--yes --delete-state=${name}`,
  });
}
