import type { ResourceId } from "../resource/base.ts";
import { liveSources, mustReload } from "../resource/live.ts";
import type { Observation, Observed } from "../resource/observed.ts";
import type { Kind, Resource } from "../resource/resource.ts";
import { sameThing } from "../resource/same.ts";
import { traits } from "../resource/traits.ts";
import { ledTo } from "../resource/turns.ts";
import { basisOf } from "./basis.ts";
import { changes } from "./changes.ts";
import { ordered } from "./order.ts";
import { withRelief } from "./relief.ts";
import type { Plan, Step } from "./step.ts";

/** What a person asked for beyond the site. */
export type PlanOptions = {
  /** Data that nobody wants any more is to be removed for good: all of it, or what has these ids; otherwise it is kept. */
  readonly deleteState?: boolean | ReadonlySet<ResourceId>;
};

type Made = Exclude<Step, { action: "remove" }>;

/**
 * What must be done so that exactly `desired` exists. Pure, and linear in the number of resources. After its steps were done, a
 * second plan is empty but for `keep`s.
 */
export function plan(
  site: string,
  desired: readonly Resource[],
  observation: Observation,
  options: PlanOptions = {},
): Plan {
  const found = new Map(observation.resources.map((observed) => [observed.resource.id, observed]));
  const compared = desired.map((resource) => compare(resource, found.get(resource.id)));
  const made = withReloads(withSharedFate(compared));
  const wanted = new Set(desired.map(({ id }) => id));
  const unwanted = observation.resources.filter(({ resource }) => !wanted.has(resource.id));
  const steps = withRelief([...made, ...unwanted.map((was) => dismiss(was, options))], ledTo(observation));
  return { site, steps: ordered(steps), basis: basisOf(observation) };
}

function compare(resource: Resource, was: Observed | undefined): Made {
  if (was === undefined) return { action: "create", resource, because: { changes: [] } };
  if (!sameThing(was.resource, resource)) {
    const action = traits[resource.kind].change === "replace" ? "replace" : "update";
    return { action, resource, was, because: { changes: changes(was.resource, resource) } };
  }
  const reason = was.run?.state === "stopped" ? "stopped" : was.amiss;
  return reason === undefined ? keep(resource, was) : { action: "update", resource, was, because: because(reason) };
}

/** What cannot outlive something that is made anew is replaced with it. */
function withSharedFate(steps: readonly Made[]): readonly Made[] {
  const anew = new Map<ResourceId, Kind>();
  for (const { action, resource } of steps) {
    if ((action === "create" || action === "replace") && traits[resource.kind].dependents === "shared-fate") {
      anew.set(resource.id, resource.kind);
    }
  }
  if (anew.size === 0) return steps;
  return steps.map((step) => {
    const lost = step.resource.needs.find((id) => anew.has(id));
    if (lost === undefined || step.action === "create" || step.action === "replace") return step;
    const reason = `its ${anew.get(lost)} is made anew`;
    return { action: "replace", resource: step.resource, was: step.was, because: because(reason) };
  });
}

/** What must be told of new live content gets a step for that. */
function withReloads(steps: readonly Made[]): readonly Made[] {
  const changed = steps.filter(({ action }) => action !== "keep").map(({ resource }) => resource);
  const ids = new Set(changed.map(({ id }) => id));
  const kinds = new Set(changed.map(({ kind }) => kind));
  return steps.map((step) => {
    if (step.action !== "keep" || !mustReload(step.resource)) return step;
    const live = liveSources(step.resource);
    if (!live.ids.some((id) => ids.has(id)) && !live.kinds.some((kind) => kinds.has(kind))) return step;
    return { ...step, action: "update", because: because("configuration changed") };
  });
}

/** Nobody wants it: it goes, unless it is data, or not this site's alone. */
function dismiss(was: Observed, { deleteState = false }: PlanOptions): Step {
  const { kind, id } = was.resource;
  const { destroy } = traits[kind];
  const isOver = typeof deleteState === "boolean" ? deleteState : deleteState.has(id);
  if (destroy === "free" || (destroy === "guarded" && isOver)) {
    return { action: "remove", was, because: because("no longer in the site") };
  }
  return { ...keep(was.resource, was), because: because("kept") };
}

function keep(resource: Resource, was: Observed): Made & { readonly action: "keep" | "update" | "replace" } {
  return { action: "keep", resource, was, because: { changes: [] } };
}

function because(reason: string): Step["because"] {
  return { changes: [], reason };
}
