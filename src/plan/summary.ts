import type { Resource } from "../resource/resource.ts";
import { phrases } from "./phrases.ts";
import { isAway, isTakeover, riskOf } from "./risk.ts";
import { type Plan, type PlannedSnapshot, type Step, stepId } from "./step.ts";

/** What happens to one service, in a person's words. */
export type ServiceChange = {
  /** `front` for the front door. */
  readonly service: string;
  readonly action: "create" | "update" | "replace" | "remove";
  /** Short phrases: `image 1.4 → 1.5`, `memory 256M → 512M`, `stopped`. */
  readonly what: readonly string[];
  /** What it means for those who use it: `no gap`, `about 4 s without mail; nothing is lost`, `its data is kept`. */
  readonly risk: string;
  /** The copy of its state that is made first; absent: none. */
  readonly snapshot?: PlannedSnapshot;
};

/** A plan, a line per service. */
export type Summary = {
  readonly site: string;
  /** Sorted by service, the front door last. */
  readonly changes: readonly ServiceChange[];
  /** Services that stay as they are. */
  readonly unchanged: number;
  /** Certificates that are made or renewed. */
  readonly certificates: number;
  /** Services that go, and data that goes with them: what a question must name. */
  readonly removals: number;
  readonly deletedVolumes: number;
  /** Steps that do something. */
  readonly steps: number;
};

/** Gathers a plan's steps by service. */
export function summary(plan: Plan): Summary {
  const services = Map.groupBy(plan.steps, (step) => resourceOf(step).service);
  const busy = plan.steps.filter(({ action }) => action !== "keep");
  const changes = [...services]
    .filter(([, steps]) => steps.some(({ action }) => action !== "keep"))
    .map(([service, steps]) => {
      const snapshot = plan.snapshots?.find((each) => each.service === service);
      return serviceChange(service, steps, snapshot);
    })
    .sort((a, b) => Number(a.service === "front") - Number(b.service === "front") || (a.service < b.service ? -1 : 1));
  return {
    site: plan.site,
    changes,
    unchanged: [...services].filter(([service, steps]) => service !== "front" && isUnchanged(steps)).length,
    certificates: busy.filter((step) => step.action !== "remove" && step.resource.kind === "certificate").length,
    removals: changes.filter(({ action }) => action === "remove").length,
    deletedVolumes: busy.filter((step) => step.action === "remove" && step.was.resource.kind === "volume").length,
    steps: busy.length,
  };
}

/** The resource that a step is about, as it will be or as it was. */
export function resourceOf(step: Step): Resource {
  return step.action === "remove" ? step.was.resource : step.resource;
}

function serviceChange(service: string, steps: readonly Step[], snapshot: PlannedSnapshot | undefined): ServiceChange {
  const busy = steps.filter(({ action }) => action !== "keep");
  const action = actionOf(steps);
  const what = [...new Set(busy.toSorted(byId).flatMap((step) => phrases(step, action)))];
  // What is left has to do with where it stands on the machine, not with anything that a person wrote.
  return {
    service,
    action,
    what: what.length > 0 ? what : ["its addresses"],
    risk: riskOf(service, action, steps, snapshot),
    ...(snapshot && { snapshot }),
  };
}

/** A service comes if nothing of it was there (data apart), goes if nothing of it stays; else its containers tell. */
function actionOf(steps: readonly Step[]): ServiceChange["action"] {
  const active = steps.filter((step) => !isKeptOnly(step) && resourceOf(step).kind !== "volume");
  const rest = active.length === 0 ? steps : active;
  if (rest.every(({ action }) => action === "remove")) return "remove";
  const main = rest.filter((step) => resourceOf(step).kind === "container");
  const relieved = main.some((step) => isTakeover(step) || (step.action === "remove" && step.relievedBy !== undefined));
  if (relieved && !main.some(isAway)) return "update";
  if ((main.length === 0 ? rest : main).every(({ action }) => action === "create")) return "create";
  return main.some(({ action }) => action === "replace" || action === "remove") ? "replace" : "update";
}

/** What nobody wants but is kept says nothing about whether its service stays. */
function isKeptOnly({ action, because }: Step): boolean {
  return action === "keep" && because.reason !== undefined;
}

function isUnchanged(steps: readonly Step[]): boolean {
  return steps.every(({ action }) => action === "keep") && !steps.every(isKeptOnly);
}

function byId(a: Step, b: Step): number {
  return stepId(a) < stepId(b) ? -1 : 1;
}
