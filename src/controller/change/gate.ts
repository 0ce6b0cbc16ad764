import { isTakeover } from "../../plan/risk.ts";
import { type Plan, type Step, stepId } from "../../plan/step.ts";
import { resourceOf } from "../../plan/summary.ts";
import type { ApplyContext } from "../../providers/provider.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { Making } from "./making.ts";
import { putAtRest } from "./rest.ts";

/**
 * What must be done before the first thing of a service is touched, once, whichever of its steps comes first: its state is
 * copied; a state that takes its place is put there. Every further step of the service waits for it, and fails with it.
 */
export function gateOf(making: Making, plan: Plan): (step: Step, context: ApplyContext) => Promise<void> {
  const opened = new Map<string, Promise<void>>();
  return async (step, context) => {
    const { kind, service } = resourceOf(step);
    if (kind !== "container" && kind !== "network") return;
    const opening = opened.get(service) ?? open(making, plan, service, context);
    opened.set(service, opening);
    await opening;
    // who takes over leaves visitors with the old one; what was copied, though, goes back as it was then
    const isCopied = making.change().services[service]?.snapshot !== undefined;
    if (isReplacement(step) && (isCopied || !isTakeover(step))) exchange(making, service);
  };
}

/** From now on something else stands in the place of a service. */
export function exchange(making: Making, service: string): void {
  touch(making, service);
  making.exchanged.add(service);
}

/** From now on the service may be away. */
function touch({ touched, clock }: Making, service: string): void {
  if (!touched.has(service)) touched.set(service, clock.elapsed());
}

/** Whether a step puts an end to what ran, or begins something else in its place. Who is relieved goes on meanwhile. */
function isReplacement(step: Step): boolean {
  if (step.action === "remove") return step.relievedBy === undefined;
  return (step.action === "replace" || step.action === "create") && step.relieves === undefined;
}

async function open(making: Making, plan: Plan, service: string, context: ApplyContext): Promise<void> {
  const { runtime, site } = making;
  const { snapshot, restore, given, undo, done } = making.change().services[service] ?? {};
  if (undo !== undefined || done === true) return;
  if (snapshot !== undefined && !(await isTaken(making, service, snapshot))) {
    touch(making, service);
    const planned = plan.snapshots?.find((each) => each.service === service);
    const staying = planned?.way === "atomic" ? kept(plan) : new Set<ResourceId>();
    await putAtRest(making, service, context, (id) => staying.has(id));
    context.report("copying its state");
    await runtime.snapshots.take(site, service, snapshot, context);
  }
  if (restore === undefined || given === true) return;
  touch(making, service);
  await putAtRest(making, service, context);
  making.exchanged.add(service);
  context.report("putting its state back");
  await runtime.snapshots.restore(site, service, restore, context);
  await making.saveService(service, { given: true });
}

/** Whether a snapshot is there, whole. */
export async function isTaken({ runtime, site }: Making, service: string, name: string): Promise<boolean> {
  return (await runtime.snapshots.list(site)).some((each) => each.service === service && each.name === name);
}

/** What runs on through it all. */
function kept({ steps }: Plan): ReadonlySet<ResourceId> {
  return new Set(steps.flatMap((step) => (step.action === "keep" ? [stepId(step)] : [])));
}
