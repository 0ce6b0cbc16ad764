import type { ResourceId } from "../resource/base.ts";
import type { Container } from "../resource/kinds/container.ts";
import { placeKey } from "../resource/turns.ts";
import { changes } from "./changes.ts";
import type { Step } from "./step.ts";

type Gone = Extract<Step, { action: "remove" }>;
type Made = Exclude<Step, Gone>;

/**
 * Marks the steps by which one container relieves another: the old one runs, nobody wants it, and visitors will be led to a new one of
 * the same part. A new one that is there already is `update`d all the same, so that nobody is led to it before it is found healthy: it
 * may be what somebody left who was killed.
 */
export function withRelief(steps: readonly Step[]): readonly Step[] {
  const leaving = steps.flatMap((step) => (isLeaving(step) ? [step] : []));
  if (leaving.length === 0) return steps;
  const led = new Set(steps.flatMap((step) => (step.action === "remove" ? [] : ledBy(step))));
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
  if (step.action === "keep")
    return { ...step, action: "update", because: { changes: [], reason: "takes over" }, relieves };
  if (step.action !== "create") return { ...step, relieves };
  const because = { changes: changes(was.resource, step.resource).filter(({ path }) => path !== "turn") };
  return { ...step, because, relieves };
}
