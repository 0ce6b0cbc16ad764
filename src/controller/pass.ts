import { converge, type Outcome } from "../converge/converge.ts";
import { type Applied, readApplied } from "../ledger/applied.ts";
import { bySupervisor } from "../ledger/lock.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { presentState } from "../observe/lost-state.ts";
import { isEmpty } from "../plan/basis.ts";
import { plan } from "../plan/plan.ts";
import { type Plan, stepId } from "../plan/step.ts";
import { resourceOf } from "../plan/summary.ts";
import type { Runtime } from "../providers/provider.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Volume } from "../resource/kinds/volume.ts";
import type { Observation } from "../resource/observed.ts";
import { graceOf } from "../site/grace.ts";
import { withAmiss } from "./amiss.ts";
import { beginFarewell } from "./farewell.ts";
import type { Grace } from "./grace.ts";
import { withoutHeldBack } from "./held-back.ts";
import { findLost, rememberState } from "./keep-from-loss.ts";
import { completeOpenWork } from "./open-work.ts";
import { withSetPasswords } from "./set-passwords.ts";
import { holdOrNothing } from "./site-hold.ts";

/** What a pass is made with. */
export type PassOptions = {
  readonly site: string;
  readonly ledger: string;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
  /** Containers that are to be restarted although they run, and why. */
  readonly amiss: ReadonlyMap<ResourceId, string>;
  readonly isHeld: (id: ResourceId) => boolean;
  /** Told what was found, before anything is done about it. */
  readonly onObserved: (observation: Observation) => void;
  /** Which state has been there for longer than its grace although nobody wants it. */
  readonly over: Grace["over"];
  /** Told which state was there and is not any more: nothing that needs it is started. */
  readonly onLost: (lost: readonly Volume[]) => void;
  /** Everything is looked at once more, after something was done: changes that were told of until now will be seen by that. */
  readonly onSecondLook: () => void;
};

/** What came of a pass: `busy` somebody else is at work, `ended` nothing is to run any more. */
export type Pass =
  | { readonly came: "busy" }
  | { readonly came: "ended" }
  | {
      readonly came: "done";
      readonly outcomes: readonly Outcome[];
      readonly observation: Observation;
      /** Something is to be done that came up meanwhile. */
      readonly isUnsettled: boolean;
      /** Something is not started since its state is gone or could not be put back. */
      readonly isWaiting: boolean;
    };

/** Milliseconds until what was done has been told of by whoever tells of changes. */
const echo = 100;

/**
 * Makes the machine be as the site was last applied, once, under the lock; as the person's own commands do, and never beside
 * one. What is held back is left alone. When something was done, everything is looked at once more, for which nobody has to wait.
 */
export async function pass(options: PassOptions): Promise<Pass> {
  const held = await holdOrNothing({ ...options, what: bySupervisor });
  if (held === undefined) return { came: "busy" };
  let work: Work | "ended";
  try {
    work = await putRight({ ...options, signal: held.signal });
  } finally {
    await held.release();
  }
  if (work === "ended") return { came: "ended" };
  const { outcomes, before, isWaiting } = work;
  if (outcomes.length === 0) return { came: "done", outcomes, observation: before, isUnsettled: false, isWaiting };
  await options.clock.sleep(echo);
  options.onSecondLook();
  const observation = await options.runtime.observe(work.applied.site.name);
  const left = work.without(
    plan(work.applied.site.name, work.applied.desired, observation),
    troubled(outcomes, observation),
  );
  return { came: "done", outcomes, observation, isUnsettled: !isEmpty(left), isWaiting };
}

/** What was done, and what was left alone. */
type Work = {
  readonly applied: Applied;
  readonly before: Observation;
  readonly outcomes: readonly Outcome[];
  readonly isWaiting: boolean;
  /** A plan without what is to be left alone now: what is held, what waits for its state, and these. */
  readonly without: (made: Plan, others: ReadonlySet<ResourceId>) => Plan;
};

async function putRight(options: PassOptions): Promise<Work | "ended"> {
  const { ledger, runtime, signal, clock, log, amiss } = options;
  if ((await toKeep(ledger)) === undefined) return "ended";
  const waiting = await completeOpenWork({ layout: options, runtime, signal, clock, log });
  const found = await toKeep(ledger);
  if (found === undefined) return "ended";
  const applied = await withSetPasswords(ledger, found);
  const { name } = applied.site;
  const before = withAmiss(await runtime.observe(name), amiss);
  options.onObserved(before);
  const over = await options.over({ desired: applied.desired, grace: graceOf(applied.site) }, before);
  const lost = await findLost(ledger, applied.desired, before);
  options.onLost(lost);
  const gone = new Set(lost.map(({ id }) => id));
  const without: Work["without"] = (made, others) => {
    const serviceOf = new Map(made.steps.map((step) => [stepId(step), resourceOf(step).service]));
    const isLeft = (id: ResourceId): boolean => gone.has(id) || others.has(id) || waiting.has(serviceOf.get(id) ?? "");
    return withoutHeldBack(made, (id) => options.isHeld(id) || isLeft(id));
  };
  const wanted = without(plan(name, applied.desired, before, { deleteState: over }), new Set());
  const farewell = await beginFarewell(wanted, { ledger, runtime, clock });
  const { revision } = applied;
  const quietly = { progress: () => {}, health: "needed", ...(revision && { commit: revision.commit }) } as const;
  const outcomes = await converge(wanted, { runtime, signal, clock, ...quietly });
  await farewell.conclude(outcomes);
  const there = new Set([...presentState(before), ...outcomes.flatMap(madeBy)]);
  await rememberState(ledger, applied.desired, there, log);
  return { applied, before, outcomes, isWaiting: lost.length + waiting.size > 0, without };
}

/** What was applied, unless nothing of it is to run any more. */
async function toKeep(ledger: string): Promise<Applied | undefined> {
  const applied = await readApplied(ledger);
  return applied?.stopped === true ? undefined : applied;
}

function madeBy({ step, result }: Outcome): readonly ResourceId[] {
  return result === "done" && step.action !== "remove" && step.resource.kind === "volume" ? [stepId(step)] : [];
}

/** What has its own time to be tried again: what failed, and what stopped. */
function troubled(outcomes: readonly Outcome[], { resources }: Observation): ReadonlySet<ResourceId> {
  const failed = outcomes.flatMap(({ step, result }) => (result === "done" ? [] : [stepId(step)]));
  return new Set([
    ...failed,
    ...resources.flatMap(({ resource, run }) => (run?.state === "stopped" ? [resource.id] : [])),
  ]);
}
