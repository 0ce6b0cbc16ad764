import type { ConvergeEvent, Outcome } from "../../converge/converge.ts";
import { problemOf } from "../../lib/problem.ts";
import { isRenewal } from "../../plan/renewal.ts";
import { isTakeover } from "../../plan/risk.ts";
import { type Plan, stepId } from "../../plan/step.ts";
import { resourceOf } from "../../plan/summary.ts";
import type { ResourceId } from "../../resource/base.ts";
import { frontDoor } from "../held-services.ts";
import { canGoBack, settingsDiffer } from "../target.ts";
import { exchange } from "./gate.ts";
import type { Making } from "./making.ts";
import { isCutOff, isOutage } from "./outage.ts";
import { settle } from "./settling.ts";
import { type Failure, goBack, isBack } from "./undo.ts";

/** Follows the steps of a round, and concludes each service as soon as its last step has ended. */
export type Follower = {
  follow(event: ConvergeEvent): void;
  /** Resolves when every conclusion is drawn. */
  concluded(): Promise<void>;
};

/** See {@link Follower}. */
export function follower(making: Making, plan: Plan): Follower {
  const left = new Map<string, number>();
  const ended = new Map<string, Outcome[]>();
  for (const step of plan.steps) {
    const { service } = resourceOf(step);
    if (step.action !== "keep") left.set(service, (left.get(service) ?? 0) + 1);
  }
  const conclusions: Promise<void>[] = [];
  return {
    follow: (event) => {
      if (event.at !== "end") return;
      const { service } = resourceOf(event.outcome.step);
      const outcomes = [...(ended.get(service) ?? []), event.outcome];
      ended.set(service, outcomes);
      if (outcomes.length === left.get(service)) conclusions.push(conclude(making, service, outcomes));
    },
    concluded: async () => {
      await Promise.all(conclusions);
    },
  };
}

/** Never throws: what cannot be written down is a problem of that service. */
async function conclude(making: Making, service: string, outcomes: readonly Outcome[]): Promise<void> {
  if (making.signal.aborted) return;
  try {
    const late = () => (mayGoBack(making, service) ? settle(making, outcomes) : undefined);
    const early = failureIn(outcomes);
    const failure = early ?? (await late());
    if (making.signal.aborted) return;
    if (failure !== undefined && (await isCutOff(making, failure.problem))) return;
    if (failure !== undefined && (isAstray(outcomes) || (early === undefined && hasTakenOver(outcomes))))
      exchange(making, service); // away until visitors are led to the old one again
    if (failure !== undefined) return await failed(making, service, failure, outcomes);
    if (outcomes.some(({ result }) => result === "skipped")) return;
    if (making.change().services[service]?.undo !== undefined) return await isBack(making, service);
    await making.saveService(service, { done: true });
  } catch (thrown) {
    const problem = problemOf(thrown);
    if (!(await isCutOff(making, problem))) making.endings.set(service, { result: "failed", problem });
  }
}

/** A certificate that could not be renewed in its time is no failure of its service. */
function failureIn(outcomes: readonly Outcome[]): Failure | undefined {
  const bad = outcomes.filter(({ step, result }) => result === "failed" && !isRenewal(step));
  const first = bad.find(({ problem }) => problem !== undefined && isOutage(problem)) ?? bad[0];
  if (first === undefined) return undefined;
  return { problem: first.problem ?? problemOf("failed"), failed: bad.filter(didRun).flatMap(ranBy) };
}

/** Whether visitors were led to a new container already when it failed. */
function isAstray(outcomes: readonly Outcome[]): boolean {
  return outcomes.some((outcome) => outcome.result === "failed" && outcome.step.action === "remove" && didRun(outcome));
}

/** Whether the old one went under the same id when the new one had answered. */
function hasTakenOver(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ step, result }) => result === "done" && isTakeover(step));
}

/** The containers that a failure is about: where an old one could not go, those that were to relieve it. */
function ranBy({ step }: Outcome): readonly ResourceId[] {
  return step.action === "remove" ? (step.relievedBy ?? []) : [stepId(step)];
}

/** Whether it is a container itself that failed, and not what was to be done before it was touched. */
function didRun({ step, problem }: Outcome): boolean {
  if (step.action === "remove" && step.relievedBy === undefined) return false;
  if (resourceOf(step).kind !== "container") return false;
  return /^CONTAINER_(START|STOPPED|UNHEALTHY)$/.test(problem?.code ?? "");
}

async function failed(making: Making, service: string, failure: Failure, outcomes: readonly Outcome[]): Promise<void> {
  if (mayGoBack(making, service)) return goBack(making, service, failure);
  if (making.common === undefined && isCommon(making, service, outcomes)) making.common = { service, ...failure };
  making.endings.set(service, { result: "failed", problem: failure.problem });
}

/** Whether a failure is about more than its service: the front door, or one that the settings of the site have changed. */
function isCommon(making: Making, service: string, outcomes: readonly Outcome[]): boolean {
  if (!outcomes.some(({ step }) => step.because.changes.length > 0)) return false;
  if (service === frontDoor) return true;
  return making.change().services[service]?.undo === undefined && settingsDiffer(making.change());
}

/** Once: what is on its way back already, or has come through, does not go back. */
function mayGoBack(making: Making, service: string): boolean {
  const change = making.change();
  const { undo, done } = change.services[service] ?? {};
  return undo === undefined && done !== true && canGoBack(change, service);
}
