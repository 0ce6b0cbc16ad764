import type { Container } from "../resource/kinds/container.ts";
import { type Plan, type PlannedSnapshot, type Step, stepId } from "./step.ts";
import { resourceOf } from "./summary.ts";

/**
 * The services of a plan whose state is at stake: they keep some, and containers of theirs are made anew or taken out while others
 * stay. One that only starts again, reloads or leaves loses nothing by it.
 */
export function atStake({ steps }: Plan): readonly string[] {
  const services = Map.groupBy(steps, (step) => resourceOf(step).service);
  return [...services].flatMap(([service, own]) => {
    const keeps = own.some((step) => resourceOf(step).kind === "volume" && step.action !== "create");
    const containers = own.filter((step) => resourceOf(step).kind === "container");
    const stays = containers.some(({ action }) => action !== "remove");
    return keeps && stays && containers.some(isExchange) ? [service] : [];
  });
}

/** Whether a step puts another process in the place of one, or takes it away. */
function isExchange({ action }: Step): boolean {
  return action === "create" || action === "replace" || action === "remove";
}

/**
 * The plan with its snapshots. Unless one is atomic, whatever has the state must rest meanwhile: containers that would be kept as
 * they are get a step to start again.
 */
export function withSnapshots(plan: Plan, snapshots: readonly PlannedSnapshot[]): Plan {
  if (snapshots.length === 0) return plan;
  const resting = new Set(snapshots.flatMap(({ service, way }) => (way === "atomic" ? [] : [service])));
  return { ...resuming(plan, resting, "its state is copied"), snapshots };
}

/** The plan with a new start for every container of these services that has state. */
export function resuming(plan: Plan, services: ReadonlySet<string>, reason: string): Plan {
  return starting(plan, ({ service, ...rest }) => services.has(service) && hasState(plan, rest), reason);
}

/**
 * The plan with a step for every container of these services that would be kept as it is: one that runs is left alone, but asked for its
 * health. For whoever does not know whether anybody has asked since it was made.
 */
export function askingAgain(plan: Plan, services: ReadonlySet<string>): Plan {
  return starting(plan, ({ service }) => services.has(service), "its change was not completed");
}

function starting(plan: Plan, isMeant: (container: Container) => boolean, reason: string): Plan {
  const steps = plan.steps.map((step): Step => {
    if (step.action !== "keep" || step.because.reason !== undefined) return step;
    const { resource, was } = step;
    if (resource.kind !== "container" || was.run === undefined || !isMeant(resource)) return step;
    return {
      action: "update",
      resource,
      was: { ...was, run: { ...was.run, state: "stopped" } },
      because: { changes: [], reason },
    };
  });
  return { ...plan, steps };
}

/** Whether a container sees any volume. */
function hasState({ steps }: Plan, { mounts }: Pick<Container, "mounts">): boolean {
  const volumes = new Set(steps.flatMap((step) => (resourceOf(step).kind === "volume" ? [stepId(step)] : [])));
  return mounts.some(({ source }) => volumes.has(source));
}
