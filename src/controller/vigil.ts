import type { Clock } from "../lib/clock.ts";
import { problemOf } from "../lib/problem.ts";
import type { CheckResult, Runtime } from "../providers/provider.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Watched } from "./watch.ts";

/** After so many bad answers in a row a container counts as unhealthy. */
const patience = 3;

/** `nextAt` and `slowUntil` are moments of the clock's `elapsed`, which does not jump. */
type Pulse = {
  readonly one: Watched;
  readonly slowUntil: number;
  nextAt: number;
  bad: number;
  answered: boolean;
  asking: boolean;
  detail: string;
};

/** Asks watched containers for their health, each in its own rhythm, without ever keeping anybody waiting. */
export type Vigil = {
  /** From now on these are asked; those that are the same process as before keep their history. */
  turnTo(watched: ReadonlyMap<ResourceId, Watched>): void;
  /** Begins the questions that are due. */
  ask(): void;
  /** The containers that gave three bad answers in a row although they had their time to start, with the last one. */
  unhealthy(): ReadonlyMap<ResourceId, string>;
  /** What each asked container last said. One that has said nothing yet is not there. */
  answers(): ReadonlyMap<ResourceId, CheckResult>;
  /** Those that gave their first good answer since this was last asked. */
  takeAnswered(): readonly Watched[];
  /** Resolves when no question is open any more. */
  settled(): Promise<void>;
};

/** A vigil over one site's containers. */
export function createVigil(site: string, runtime: Pick<Runtime, "check">, clock: Clock): Vigil {
  let pulses: ReadonlyMap<ResourceId, Pulse> = new Map();
  const open = new Set<Promise<void>>();
  let answered: readonly Watched[] = [];

  const question = async (pulse: Pulse): Promise<void> => {
    const { container } = pulse.one;
    const result = await runtime
      .check(site, container)
      .catch((thrown: unknown) => ({ healthy: false, detail: problemOf(thrown).message }));
    const mayBeSlow = !pulse.answered && clock.elapsed() < pulse.slowUntil;
    if (result.healthy && !pulse.answered) answered = [...answered, pulse.one];
    pulse.answered ||= result.healthy;
    pulse.bad = result.healthy || mayBeSlow ? 0 : pulse.bad + 1;
    pulse.detail = result.detail ?? "no answer";
    pulse.nextAt = clock.elapsed() + container.check.every;
    pulse.asking = false;
  };

  return {
    turnTo: (watched) => {
      const kept = pulses;
      pulses = new Map(
        [...watched]
          .filter(([, { container }]) => container.check.ask.by !== "running")
          .map(([id, one]) => [id, continued(kept.get(id), one) ?? fresh(one, clock)]),
      );
    },
    ask: () => {
      for (const pulse of pulses.values()) {
        if (pulse.asking || pulse.nextAt > clock.elapsed()) continue;
        pulse.asking = true;
        const asked = question(pulse).finally(() => open.delete(asked));
        open.add(asked);
      }
    },
    unhealthy: () => new Map([...pulses].flatMap(([id, { bad, detail }]) => (bad >= patience ? [[id, detail]] : []))),
    answers: () => {
      const answers = new Map<ResourceId, CheckResult>();
      for (const [id, { answered: well, bad, detail }] of pulses) {
        if (bad > 0) answers.set(id, { healthy: false, detail });
        else if (well) answers.set(id, { healthy: true });
      }
      return answers;
    },
    takeAnswered: () => {
      const taken = answered;
      answered = [];
      return taken;
    },
    settled: async () => {
      await Promise.all(open);
    },
  };
}

function continued(pulse: Pulse | undefined, one: Watched): Pulse | undefined {
  const same = pulse?.one.process.pid === one.process.pid && pulse.one.process.startTime === one.process.startTime;
  return same ? pulse : undefined;
}

function fresh(one: Watched, clock: Clock): Pulse {
  const { every, within } = one.container.check;
  const age = clock.now() - one.startedAt;
  // By a clock that was set since, its age may be anything.
  const left = (span: number): number => clock.elapsed() + Math.min(span, Math.max(0, span - age));
  const times = { nextAt: left(Math.min(every, 1000)), slowUntil: left(within) };
  return { one, ...times, bad: 0, answered: false, asking: false, detail: "" };
}
