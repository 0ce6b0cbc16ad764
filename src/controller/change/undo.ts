import { takeSteps } from "../../converge/converge.ts";
import { type Problem, problemOf } from "../../lib/problem.ts";
import { type Plan, stepId } from "../../plan/step.ts";
import { resourceOf } from "../../plan/summary.ts";
import type { ResourceId } from "../../resource/base.ts";
import { guidesAmong } from "../../resource/live.ts";
import { ledTo } from "../../resource/turns.ts";
import { isTaken } from "./gate.ts";
import type { Making } from "./making.ts";
import { notUndone } from "./not-undone.ts";
import { plannedNow } from "./planned.ts";
import { putAtRest } from "./rest.ts";

/** What went wrong with a service, and which of its containers did. */
export type Failure = { readonly problem: Problem; readonly failed: readonly ResourceId[] };

/**
 * Brings a service back to what it was before the change, with its state, while everything else goes on. It is on record first, so that
 * whoever comes after a kill goes back too. Never throws.
 */
export async function goBack(making: Making, service: string, failure: Failure): Promise<void> {
  const { failed } = failure;
  const problem = failed.length === 0 ? failure.problem : aside(failure.problem, service);
  making.progress({ at: "undoing", service, problem });
  try {
    const touched = making.exchanged.has(service);
    await making.saveService(service, { undo: { problem, failed, touched, restored: false } });
    await putStateBack(making, service);
    await startAgain(making, service);
  } catch (thrown) {
    await notUndone(making, service, problemOf(thrown));
  }
}

/** What failed is kept aside: its log is no longer the service's. */
function aside(problem: Problem, service: string): Problem {
  return { ...problem, hint: `freehold logs ${service} --failed shows more` };
}

/** Goes on with a way back that somebody was killed on, as far as the state. Never throws. */
export async function resumeUndo(making: Making, service: string): Promise<void> {
  try {
    await putStateBack(making, service);
  } catch (thrown) {
    await notUndone(making, service, problemOf(thrown));
  }
}

/**
 * Puts the state of a service back that is on its way back, unless that is done: what failed is kept aside, whatever has the state
 * is stopped, and the copy from before the change takes its place.
 */
async function putStateBack(making: Making, service: string): Promise<void> {
  const { runtime, site, signal } = making;
  const { undo, snapshot } = making.change().services[service] ?? {};
  if (undo === undefined || undo.restored) return;
  const context = { report: () => {}, signal };
  for (const id of undo.failed) await runtime.keepFailed(site, id, keptName(making, snapshot), context);
  if (snapshot !== undefined && (await isTaken(making, service, snapshot))) {
    await putAtRest(making, service, context);
    await runtime.snapshots.restore(site, service, snapshot, context);
  }
  await making.saveService(service, { undo: { ...undo, restored: true } });
}

/** Letters, digits and dashes. */
function keptName(making: Making, snapshot: string | undefined): string {
  return snapshot ?? `change-${making.change().at}`;
}

async function startAgain(making: Making, service: string): Promise<void> {
  const { runtime, clock, signal } = making;
  const { plan, observation } = await plannedNow(making);
  const { failed = [] } = making.change().services[service]?.undo ?? {};
  const led = ledTo(observation);
  const back = failed.some((id) => led.has(id)) ? withGuides(plan, service) : only(plan, service);
  const outcomes = await takeSteps(back, {
    runtime,
    clock,
    signal,
    progress: (event) => making.progress({ at: "back", event }),
  });
  const bad = outcomes.find(({ result }) => result === "failed");
  if (signal.aborted) return;
  if (bad !== undefined) return notUndone(making, service, bad.problem ?? problemOf("failed"));
  await isBack(making, service);
}

/** Says that a service is back. */
export async function isBack(making: Making, service: string): Promise<void> {
  const { undo, snapshot } = making.change().services[service] ?? {};
  if (undo === undefined || making.endings.has(service)) return;
  const since = making.touched.get(service);
  const away = since === undefined ? undefined : making.clock.elapsed() - since;
  if (away !== undefined) making.away.set(service, away);
  making.endings.set(service, { result: undo.touched ? "undone" : "kept-back", problem: undo.problem });
  const taken = (await making.runtime.snapshots.list(making.site)).find(
    (each) => each.service === service && each.name === snapshot,
  );
  making.progress({
    at: "undone",
    service,
    problem: undo.problem,
    touched: undo.touched,
    ...(taken !== undefined && undo.touched ? { stateOf: taken.at } : {}),
    ...(away === undefined ? {} : { away }),
  });
}

/** The same with what leads visitors to services, and who reads that: it led to what failed. */
function withGuides(plan: Plan, service: string): Plan {
  const guides = guidesAmong(plan.steps.map(resourceOf));
  const steps = plan.steps.filter((step) => resourceOf(step).service === service || guides.includes(stepId(step)));
  return { ...plan, steps };
}

/** The steps of one service. */
export function only(plan: Plan, service: string): Plan {
  return { ...plan, steps: plan.steps.filter((step) => resourceOf(step).service === service) };
}
