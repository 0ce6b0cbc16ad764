import type { Clock } from "../lib/clock.ts";
import { fail, type Place, type Problem, problem, problemOf } from "../lib/problem.ts";
import { runInOrder } from "../lib/schedule.ts";
import { isEmpty, planIsCurrent } from "../plan/basis.ts";
import { waits } from "../plan/order.ts";
import { isRenewal } from "../plan/renewal.ts";
import { type Plan, type Step, stepId } from "../plan/step.ts";
import { resourceOf } from "../plan/summary.ts";
import type { ApplyContext, Runtime } from "../providers/provider.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Resource } from "../resource/resource.ts";
import { takeStep } from "./take.ts";

/** What came of one step. `skipped`: something that it waits for failed, or the work was stopped before it began. */
export type Outcome = {
  readonly step: Step;
  readonly result: "done" | "failed" | "skipped";
  readonly problem?: Problem;
  readonly milliseconds: number;
};

/** What happens while it happens. Every step that is not `keep` ends once; those that were begun also start once. */
export type ConvergeEvent =
  | { readonly at: "start"; readonly step: Step }
  | { readonly at: "report"; readonly step: Step; readonly phrase: string }
  | { readonly at: "end"; readonly outcome: Outcome };

/** How a plan is carried out. */
export type ConvergeOptions = {
  readonly runtime: Runtime;
  readonly progress: (event: ConvergeEvent) => void;
  /** When it is aborted no further step begins, and those that run are told. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The commit that says what is done, in full. */
  readonly commit?: string;
  /** `all`: every container that starts is waited for until it is healthy; `needed`: only those that other steps need. */
  readonly health?: "all" | "needed";
  /** Done before each step, as a part of it: when it fails, the step has failed and nothing was touched. */
  readonly before?: (step: Step, context: ApplyContext) => Promise<void>;
  /** Where a person asked for the thing that a problem with this code is about; undefined where nobody knows. */
  readonly where?: (resource: Resource, code: string) => Promise<Place | undefined>;
};

/** So many steps run side by side. */
const sideBySide = 8;

/**
 * Does a plan's steps, independent ones side by side, each after those that it waits for. A failed step takes those that
 * wait for it down as `skipped`, unless it only renews a certificate; all others go on. Resolves with an outcome for each step that is not `keep`, in the order
 * of the plan; never throws for a failed step. Problem: `PLAN_MOVED` when the world is no longer the one that was planned for.
 */
export async function converge(plan: Plan, options: ConvergeOptions): Promise<readonly Outcome[]> {
  if (isEmpty(plan)) return [];
  await refuseIfMoved(plan, options.runtime);
  return takeSteps(plan, options);
}

/** The same for whoever knows that the world is as it was planned for: it holds the lock, or moves the rest of the world itself. */
export async function takeSteps(plan: Plan, options: ConvergeOptions): Promise<readonly Outcome[]> {
  const steps = plan.steps.filter(({ action }) => action !== "keep");

  const position = new Map(steps.map((step, index) => [stepId(step), index]));
  const byId = new Map(steps.map((step) => [stepId(step), step]));
  const edges = waits(plan.steps);
  const waitsFor = (step: Step): readonly Step[] =>
    (edges.get(stepId(step)) ?? []).flatMap((id) =>
      isEarlier(position, id, stepId(step)) ? (byId.get(id) ?? []) : [],
    );
  const needed = new Set(steps.flatMap(waitsFor));

  const outcomes = new Map<Step, Outcome>();
  const end = (outcome: Outcome): void => {
    outcomes.set(outcome.step, outcome);
    options.progress({ at: "end", outcome });
  };
  await runInOrder(steps, {
    waitsFor,
    limit: sideBySide,
    signal: options.signal,
    skip: (step) => end({ step, result: "skipped", milliseconds: 0 }),
    run: async (step) => {
      options.progress({ at: "start", step });
      const health = options.health === "needed" && !needed.has(step) ? "unasked" : "asked";
      const outcome = await attempt(plan.site, step, health, options);
      end(outcome);
      return outcome.result === "done" || isRenewal(step);
    },
  });
  return steps.flatMap((step) => outcomes.get(step) ?? []);
}

async function refuseIfMoved(plan: Plan, runtime: Runtime): Promise<void> {
  if (planIsCurrent(plan, await runtime.observe(plan.site))) return;
  fail("PLAN_MOVED", `expected ${plan.site} to be as it was when the plan was made, got one that changed since`, {
    kind: "waiting",
    hint: "make the plan again: freehold plan",
  });
}

function isEarlier(position: ReadonlyMap<ResourceId, number>, one: ResourceId, other: ResourceId): boolean {
  const first = position.get(one);
  const second = position.get(other);
  return first !== undefined && second !== undefined && first < second;
}

async function attempt(
  site: string,
  step: Step,
  health: "asked" | "unasked",
  { runtime, progress, signal, clock, before, where, commit }: ConvergeOptions,
): Promise<Outcome> {
  const began = clock.elapsed();
  const report = (phrase: string): void => progress({ at: "report", step, phrase });
  try {
    const context = { report, signal, ...(commit !== undefined && { commit }) };
    await before?.(step, context);
    await takeStep(site, step, health, { runtime, clock, context });
    return { step, result: "done", milliseconds: clock.elapsed() - began };
  } catch (thrown) {
    const cause = signal.aborted ? stopped() : await placed(problemOf(thrown), step, where);
    return { step, result: "failed", problem: cause, milliseconds: clock.elapsed() - began };
  }
}

async function placed(cause: Problem, step: Step, where: ConvergeOptions["where"]): Promise<Problem> {
  const place = cause.place ?? (await where?.(resourceOf(step), cause.code));
  return place === undefined ? cause : { ...cause, place };
}

function stopped(): Problem {
  return problem("STOPPED", "interrupted before it was done", {
    kind: "waiting",
    hint: "freehold up completes it",
  });
}
