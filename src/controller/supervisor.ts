import type { Outcome } from "../converge/converge.ts";
import { appliedMark } from "../ledger/applied.ts";
import { problemOf } from "../lib/problem.ts";
import { stepId } from "../plan/step.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";
import { spokenName } from "../resource/spoken.ts";
import { createBackoff } from "./backoff.ts";
import { isRevival } from "./held-back.ts";
import { pass } from "./pass.ts";
import type { SuperviseOptions } from "./supervise.ts";
import { countRestarts } from "./tally.ts";
import { createVigil } from "./vigil.ts";
import { deaths, type StartTime, type Watched, watch } from "./watch.ts";

/** Looks once a second; `ended` when nothing is to run any more. */
export type Supervisor = {
  look(): Promise<"go on" | "ended">;
  /** Resolves when nothing that it began is open any more. */
  settled(): Promise<void>;
};

/** Milliseconds after which everything is looked at, though nothing seems to be the matter. */
const full = 300_000;

/** Failures of a whole pass are counted under this name, which is no resource's. */
const wholePass = "pass";

/** See `supervise`, which drives it. */
export function createSupervisor(
  options: SuperviseOptions & { readonly layout: SiteLayout; readonly startTime: StartTime },
): Supervisor {
  const { site, runtime, signal, log, clock, layout, startTime } = options;
  const backoff = createBackoff();
  const vigil = createVigil(site, runtime, clock);
  const containerIds = new Map<ResourceId, string>();
  /** Containers that died or fell ill, until they are back. */
  const fallen = new Map<ResourceId, "dead" | "ill">();
  let watched: ReadonlyMap<ResourceId, Watched> = new Map();
  let seenMark: string | undefined;
  let nextFull = 0;
  let lastTrouble = "";

  const fell = ({ container, startedAt }: Watched, how: "dead" | "ill", why: string): void => {
    if (fallen.has(container.id)) return;
    fallen.set(container.id, how);
    const wait = backoff.failed(container.id, clock.now(), clock.now() - startedAt);
    log.warn(`${spokenName(container)} ${why}; starting it again in ${wait / 1000} s`);
  };

  const lookAtProcesses = async (): Promise<void> => {
    for (const dead of await deaths(watched.values(), startTime)) fell(dead, "dead", "stopped");
    vigil.ask();
    for (const [id, detail] of vigil.unhealthy()) {
      const one = watched.get(id);
      if (one !== undefined) fell(one, "ill", `is not healthy: ${detail}`);
    }
  };

  /** A container that is another one now, or gone, has no past. */
  const onObserved = ({ resources }: Observation): void => {
    const now = new Map(resources.map(({ resource, run }) => [resource.id, run?.containerId]));
    for (const [id, containerId] of containerIds) {
      if (now.get(id) === containerId) continue;
      containerIds.delete(id);
      fallen.delete(id);
      backoff.forget(id);
    }
  };

  const tell = ({ step, result, problem }: Outcome, isRunning: boolean): void => {
    const id = stepId(step);
    const resource = step.action === "remove" ? step.was.resource : step.resource;
    const gone = resource.kind === "container" && step.action !== "remove" && !isRunning;
    if (result === "failed" || (result === "done" && gone)) {
      const wait = backoff.failed(id, clock.now(), 0);
      fallen.set(id, "dead");
      log.warn(`${spokenName(resource)}: ${problem?.message ?? "it stopped at once"}; next try in ${wait / 1000} s`);
    } else if (result === "done") {
      const reason = step.because.reason === undefined ? "" : `, ${step.because.reason}`;
      log.info(`${spokenName(resource)}: ${step.action}${reason}`);
    }
  };

  const conclude = async (outcomes: readonly Outcome[], observation: Observation): Promise<void> => {
    watched = await watch(observation, startTime);
    vigil.turnTo(watched);
    for (const one of watched.values()) containerIds.set(one.container.id, one.containerId);
    for (const outcome of outcomes) {
      backoff.tried(stepId(outcome.step));
      tell(outcome, watched.has(stepId(outcome.step)));
    }
    const revived = outcomes.flatMap(({ step, result }) =>
      result === "done" && isRevival(step) ? [stepId(step)] : [],
    );
    await countRestarts(
      layout.run,
      revived.filter((id) => fallen.has(id)),
      observation,
    );
    const unhealthy = vigil.unhealthy();
    for (const id of watched.keys()) if (!unhealthy.has(id)) fallen.delete(id);
  };

  const makePass = async (): Promise<"go on" | "ended"> => {
    const mark = await appliedMark(layout.ledger);
    const due = backoff.due(clock.now());
    const unhealthy = vigil.unhealthy();
    const ill = [...fallen].filter(([id, how]) => how === "ill" && unhealthy.has(id));
    const result = await pass({
      ledger: layout.ledger,
      runtime,
      signal,
      clock,
      amiss: new Map(ill.map(([id]) => [id, "unhealthy"])),
      isHeld: (id) => backoff.holds(id, clock.now()),
      onObserved,
    });
    if (result.came === "ended") return "ended";
    if (result.came === "busy" || signal.aborted) return "go on";
    for (const id of due) backoff.tried(id);
    await conclude(result.outcomes, result.observation);
    backoff.forget(wholePass);
    seenMark = mark;
    nextFull = clock.now() + full;
    lastTrouble = "";
    return "go on";
  };

  return {
    look: async () => {
      try {
        await lookAtProcesses();
        const now = clock.now();
        const isChanged = (await appliedMark(layout.ledger)) !== seenMark;
        if (backoff.holds(wholePass, now)) return "go on";
        if (!isChanged && now < nextFull && backoff.due(now).length === 0) return "go on";
        return await makePass();
      } catch (thrown) {
        const { message } = problemOf(thrown);
        const wait = backoff.failed(wholePass, clock.now(), 0);
        if (message !== lastTrouble) log.warn(`${message}; next try in ${wait / 1000} s`);
        lastTrouble = message;
        return "go on";
      }
    },
    settled: () => vigil.settled(),
  };
}
