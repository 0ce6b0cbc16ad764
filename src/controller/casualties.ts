import type { Outcome } from "../converge/converge.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { stepId } from "../plan/step.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";
import { spokenName } from "../resource/spoken.ts";
import type { Backoff } from "./backoff.ts";
import { isRevival } from "./held-back.ts";
import type { Incident } from "./tally.ts";
import type { Watched } from "./watch.ts";

/** What is remembered of containers that died or fell ill, until they are back; and what is said about it. */
export type Casualties = {
  /** Notes that a container died (`dead`) or gives no good answers (`ill`); once until it is back. */
  fell(one: Watched, how: "dead" | "ill", why: string): void;
  /** What was the matter since this was last asked. */
  takeIncidents(): readonly Incident[];
  /** Those that are ill. */
  ill(): readonly ResourceId[];
  /** Those that are dead. */
  dead(): readonly ResourceId[];
  /** A container that is another one now, or gone, has no past. */
  onObserved(observation: Observation): void;
  /** Says what a pass did and how it ended; returns the containers that it brought back after a failure of theirs. */
  conclude(
    outcomes: readonly Outcome[],
    watched: ReadonlyMap<ResourceId, Watched>,
    unhealthy: ReadonlyMap<ResourceId, string>,
  ): readonly ResourceId[];
};

/** What casualties are noted with. `bootedAt` in milliseconds since the epoch: who stopped at a reboot has not failed. */
export type CasualtiesOptions = {
  readonly backoff: Backoff;
  readonly log: Log;
  readonly clock: Clock;
  readonly bootedAt: number;
};

/** Nothing is remembered at first. */
export function createCasualties({ backoff, log, clock, bootedAt }: CasualtiesOptions): Casualties {
  const fallen = new Map<ResourceId, "dead" | "ill">();
  const containerIds = new Map<ResourceId, string>();
  let incidents: readonly Incident[] = [];

  const fell: Casualties["fell"] = ({ container, containerId, startedAt }, how, why) => {
    if (fallen.has(container.id)) return;
    incidents = [...incidents, { id: container.id, containerId, trouble: { at: clock.now(), what: why } }];
    fallen.set(container.id, how);
    const wait = backoff.failed(container.id, clock.elapsed(), clock.now() - startedAt);
    log.warn(`${spokenName(container)} ${why}; starting it again in ${wait / 1000} s`);
  };

  const tell = ({ step, result, problem }: Outcome, isRunning: boolean): void => {
    const id = stepId(step);
    const resource = step.action === "remove" ? step.was.resource : step.resource;
    const stoppedAgain = resource.kind === "container" && step.action !== "remove" && !isRunning;
    if (result === "failed" || (result === "done" && stoppedAgain)) {
      const wait = backoff.failed(id, clock.elapsed(), 0);
      fallen.set(id, "dead");
      log.warn(`${spokenName(resource)}: ${problem?.message ?? "it stopped at once"}; next try in ${wait / 1000} s`);
    } else if (result === "done") {
      const reason = step.because.reason === undefined ? "" : `, ${step.because.reason}`;
      log.info(`${spokenName(resource)}: ${step.action}${reason}`);
    }
  };

  const hadFailed = ({ step, result }: Outcome): boolean => {
    if (result !== "done" || step.action !== "update" || !isRevival(step)) return false;
    return fallen.has(stepId(step)) || (step.was.run?.startedAt ?? 0) >= bootedAt;
  };

  return {
    fell,
    takeIncidents: () => {
      const taken = incidents;
      incidents = [];
      return taken;
    },
    ill: () => [...fallen].flatMap(([id, how]) => (how === "ill" ? [id] : [])),
    dead: () => [...fallen].flatMap(([id, how]) => (how === "dead" ? [id] : [])),
    onObserved: ({ resources }) => {
      const now = new Map(resources.map(({ resource, run }) => [resource.id, run?.containerId]));
      for (const [id, containerId] of containerIds) {
        if (now.get(id) === containerId) continue;
        containerIds.delete(id);
        fallen.delete(id);
        backoff.forget(id);
      }
    },
    conclude: (outcomes, watched, unhealthy) => {
      const revived = outcomes.filter(hadFailed).map(({ step }) => stepId(step));
      for (const { container, containerId } of watched.values()) containerIds.set(container.id, containerId);
      for (const outcome of outcomes) tell(outcome, watched.has(stepId(outcome.step)));
      for (const id of watched.keys()) if (!unhealthy.has(id)) fallen.delete(id);
      return revived;
    },
  };
}
