import { type Outcome, takeSteps } from "../../converge/converge.ts";
import { type Problem, problem } from "../../lib/problem.ts";
import { isEmpty } from "../../plan/basis.ts";
import { type Plan, stepId } from "../../plan/step.ts";
import { resourceOf } from "../../plan/summary.ts";
import { withoutHeldBack } from "../held-back.ts";
import { frontDoor } from "../held-services.ts";
import type { Prepared } from "../prepare.ts";
import { canGoBack, settingsDiffer } from "../target.ts";
import { follower } from "./conclude.ts";
import { gateOf } from "./gate.ts";
import type { Making } from "./making.ts";
import { plannedNow } from "./planned.ts";
import { goBack } from "./undo.ts";
import { whereWritten } from "./written.ts";

/** Nobody ever needed more than a handful; a step that comes again and again must not keep the lock for ever. */
const mostRounds = 20;

/**
 * Does what the change wants, round by round, until nothing is left that can be done: what a service that went back leaves for others
 * (the front door, those that reach it) is for the next round. Resolves with what is to be kept from now on; undefined when it was
 * interrupted.
 */
export async function makeRounds(making: Making, first: Prepared): Promise<Prepared["desired"] | undefined> {
  let { desired, plan } = first;
  for (let round = 1; ; round += 1) {
    const before = turnedBack(making);
    const outcomes = await makeRound(making, withoutEnded(making, plan));
    if (!making.signal.aborted) await settleCommon(making);
    if (making.signal.aborted) return undefined;
    const moved = turnedBack(making) !== before;
    const waiting = waitingIn(making, outcomes);
    if (!moved && waiting.length === 0) return desired;
    const isStuck = !moved && (round >= mostRounds || !outcomes.some(({ result }) => result === "done"));
    if (!isStuck) ({ desired, plan } = await plannedNow(making));
    if (moved || !(isStuck || isEmpty(withoutEnded(making, plan)))) continue;
    for (const service of waiting) making.endings.set(service, { result: "failed", problem: waits(making, service) });
    return desired;
  }
}

async function makeRound(making: Making, plan: Plan): Promise<readonly Outcome[]> {
  const { runtime, clock, signal } = making;
  await nameSnapshots(making, plan);
  const following = follower(making, plan);
  const { directory, revision } = making.change();
  const outcomes = await takeSteps(plan, {
    runtime,
    clock,
    signal,
    before: gateOf(making, plan),
    ...(revision && { commit: revision.commit }),
    ...(directory !== undefined && { where: (resource, code) => whereWritten(directory, resource, code) }),
    progress: (event) => {
      making.progress(event);
      following.follow(event);
    },
  });
  await following.concluded();
  making.outcomes.push(...outcomes);
  return outcomes;
}

/** A copy that is called for by this round has its name on record before it is made. */
async function nameSnapshots(making: Making, { snapshots = [] }: Plan): Promise<void> {
  for (const { service } of snapshots) {
    const { snapshot, undo, done } = making.change().services[service] ?? {};
    if (snapshot !== undefined || undo !== undefined || done === true) continue;
    await making.saveService(service, { snapshot: making.change().name });
  }
}

/**
 * When the front door failed, or a service for which its own file is not the reason: first the settings of the site go back, then
 * every service with them.
 */
async function settleCommon(making: Making): Promise<void> {
  const { common } = making;
  const change = making.change();
  making.common = undefined;
  if (common === undefined || change.before === undefined) return;
  const { service, problem } = common;
  if (change.back === undefined && settingsDiffer(change)) {
    await making.save((now) => ({ ...now, back: "settings", backFor: problem }));
    making.endings.delete(service);
    if (service !== frontDoor) await goBack(making, service, common);
    return;
  }
  // What is taken by others, or cannot be had, is no service's doing.
  if (service !== frontDoor || change.back === "all" || !/^(RELOAD_FAILED|CONTAINER_)/.test(problem.code)) return;
  const others = Object.keys(change.services).filter((name) => canGoBack(change, name));
  const returning = others.filter((name) => change.services[name]?.undo === undefined);
  if (returning.length === 0) return;
  await Promise.all(returning.map((name) => goBack(making, name, { problem, failed: [] })));
  await making.save((now) => ({ ...now, back: "all", backFor: now.backFor ?? problem }));
  making.endings.delete(service);
}

/** What has gone back: while that moves, another round may get further. */
function turnedBack(making: Making): string {
  const { back, services } = making.change();
  return JSON.stringify([back, Object.keys(services).filter((name) => services[name]?.undo !== undefined)]);
}

/** The services of which steps were passed over, and with which it has not ended. */
function waitingIn({ endings }: Making, outcomes: readonly Outcome[]): readonly string[] {
  const skipped = outcomes.flatMap(({ step, result }) => (result === "skipped" ? [resourceOf(step).service] : []));
  return [...new Set(skipped)].filter((service) => !endings.has(service));
}

/** A plan without the steps of services with which it has ended badly, and without those that would have to wait for them. */
function withoutEnded({ endings }: Making, plan: Plan): Plan {
  const bad = new Set([...endings].flatMap(([service, { result }]) => (result === "failed" ? [service] : [])));
  const ids = new Set(plan.steps.flatMap((step) => (bad.has(resourceOf(step).service) ? [stepId(step)] : [])));
  return withoutHeldBack(plan, (id) => ids.has(id));
}

function waits({ endings }: Making, service: string): Problem {
  const failed = [...endings].flatMap(([name, { result }]) => (result === "failed" ? [name] : []));
  return problem("CHANGE_WAITS", `${service} waits for ${failed.join(", ")}`, {
    kind: "waiting",
    hint: "it goes on by itself once that works",
  });
}
