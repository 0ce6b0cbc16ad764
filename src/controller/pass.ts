import { converge, type Outcome } from "../converge/converge.ts";
import { readApplied } from "../ledger/applied.ts";
import { bySupervisor, type Lock, lock } from "../ledger/lock.ts";
import type { Clock } from "../lib/clock.ts";
import { ProblemError } from "../lib/problem.ts";
import { plan } from "../plan/plan.ts";
import type { Runtime } from "../providers/provider.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";
import { graceOf } from "../site/grace.ts";
import { withAmiss } from "./amiss.ts";
import { beginFarewell } from "./farewell.ts";
import type { Grace } from "./grace.ts";
import { withoutHeldBack } from "./held-back.ts";
import { withSetPasswords } from "./set-passwords.ts";

/** What a pass is made with. */
export type PassOptions = {
  readonly ledger: string;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Containers that are to be restarted although they run, and why. */
  readonly amiss: ReadonlyMap<ResourceId, string>;
  readonly isHeld: (id: ResourceId) => boolean;
  /** Told what was found, before anything is done about it. */
  readonly onObserved: (observation: Observation) => void;
  /** Which state has been there for longer than its grace although nobody wants it. */
  readonly over: Grace["over"];
};

/** What came of a pass: `busy` somebody else is at work, `ended` nothing is to run any more. */
export type Pass =
  | { readonly came: "busy" }
  | { readonly came: "ended" }
  | { readonly came: "done"; readonly outcomes: readonly Outcome[]; readonly observation: Observation };

/**
 * Makes the machine be as the site was last applied, once, under the lock; as the person's own commands do, and never beside
 * one. What is held back is left alone.
 */
export async function pass(options: PassOptions): Promise<Pass> {
  const held = await lockOrNothing(options.ledger);
  if (held === undefined) return { came: "busy" };
  try {
    const found = await readApplied(options.ledger);
    if (found === undefined || found.stopped) return { came: "ended" };
    const applied = await withSetPasswords(options.ledger, found);
    const { runtime, signal, clock, amiss } = options;
    const { name } = applied.site;
    const before = withAmiss(await runtime.observe(name), amiss);
    options.onObserved(before);
    const over = await options.over({ desired: applied.desired, grace: graceOf(applied.site) }, before);
    const made = plan(name, applied.desired, before, { deleteState: over });
    const wanted = withoutHeldBack(made, options.isHeld);
    const farewell = await beginFarewell(wanted, { ledger: options.ledger, runtime, clock });
    const outcomes = await converge(wanted, { runtime, signal, clock, progress: () => {}, health: "needed" });
    await farewell.conclude(outcomes);
    const observation = outcomes.length === 0 ? before : await runtime.observe(name);
    return { came: "done", outcomes, observation };
  } finally {
    await held.release();
  }
}

async function lockOrNothing(ledger: string): Promise<Lock | undefined> {
  try {
    return await lock(ledger, bySupervisor);
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.code === "LOCKED") return undefined;
    throw thrown;
  }
}
