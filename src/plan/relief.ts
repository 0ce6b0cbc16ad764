import type { ResourceId } from "../resource/base.ts";
import type { Container } from "../resource/kinds/container.ts";
import { placeKey } from "../resource/turns.ts";
import { changes } from "./changes.ts";
import type { Step } from "./step.ts";

const takesOver = { changes: [], reason: "takes over" } as const;

type Gone = Extract<Step, { action: "remove" }>;
type Made = Exclude<Step, Gone>;

/**
 * Marks the steps by which one container relieves another: the old one runs, nobody wants it, and visitors will be led to a new one of
 * the same part. A new one that is there already, and a further replica, is `update`d all the same, so that nobody is led to it before it
 * is found healthy: it may be what somebody left who was killed. `ledNow` are the containers that visitors are led to before the plan.
 */
export function withRelief(all: readonly Step[], ledNow: ReadonlySet<ResourceId>): readonly Step[] {
  const led = new Set(all.flatMap((step) => (step.action === "remove" ? [] : ledBy(step))));
  const steps = withJoining(all, led, ledNow);
  const leaving = steps.flatMap((step) => (isLeaving(step) ? [step] : []));
  if (leaving.length === 0) return steps;
  const fresh = new Map<string, Container>();
  const parts = new Set<string>();
  for (const step of steps) {
    if (step.action === "remove" || step.resource.kind !== "container" || !led.has(step.resource.id)) continue;
    fresh.set(placeKey(step.resource), step.resource);
    parts.add(partKey(step.resource));
  }
  const old = new Map<ResourceId, Gone>();
  for (const step of leaving) {
    const { resource } = step.was;
    const next = resource.kind === "container" ? fresh.get(placeKey(resource)) : undefined;
    if (next !== undefined) old.set(next.id, step);
  }
  return steps.map((step) => {
    if (step.action !== "remove") {
      const before = old.get(step.resource.id);
      return before === undefined ? step : relieving(step, before);
    }
    if (!isLeaving(step) || step.was.resource.kind !== "container") return step;
    const next = fresh.get(placeKey(step.was.resource));
    if (next !== undefined) return { ...step, because: { changes: [], reason: "relieved" }, relievedBy: [next.id] };
    return parts.has(partKey(step.was.resource)) ? { ...step, relievedBy: [] } : step;
  });
}

/** Marks further replicas, to which nobody is led yet. */
function withJoining(
  steps: readonly Step[],
  led: ReadonlySet<ResourceId>,
  ledNow: ReadonlySet<ResourceId>,
): readonly Step[] {
  const isNew = ({ resource: { id } }: Made): boolean => led.has(id) && !ledNow.has(id);
  if (!steps.some((step) => step.action !== "remove" && isNew(step))) return steps;
  const parts = new Map(
    steps.flatMap((step) => {
      const resource = step.action === "remove" ? step.was.resource : step.resource;
      if (resource.kind !== "container" || !ledNow.has(resource.id)) return [];
      return [[partKey(resource), resource.id] as const];
    }),
  );
  return steps.map((step) => {
    if (step.action === "remove" || step.resource.kind !== "container" || !isNew(step)) return step;
    const relieves = parts.get(partKey(step.resource));
    if (relieves === undefined) return step;
    return step.action === "keep" ? { ...step, action: "update", because: takesOver, relieves } : { ...step, relieves };
  });
}

/** Who does not run any more has nothing in hand, and keeps nobody waiting. */
function isLeaving(step: Step): step is Gone {
  return step.action === "remove" && step.was.resource.kind === "container" && step.was.run?.state === "running";
}

function ledBy({ resource }: Made): readonly ResourceId[] {
  return resource.kind === "file" ? (resource.handsTo ?? []) : [];
}

function partKey({ service, part }: Container): string {
  return `${service}/${part}`;
}

/** What differs is told as if the one container had become the other; where it stands is nobody's business. */
function relieving(step: Made, { was }: Gone): Made {
  const { id: relieves } = was.resource;
  if (step.action === "keep") return { ...step, action: "update", because: takesOver, relieves };
  if (step.action !== "create") return { ...step, relieves };
  const because = { changes: changes(was.resource, step.resource).filter(({ path }) => path !== "turn") };
  return { ...step, because, relieves };
}
