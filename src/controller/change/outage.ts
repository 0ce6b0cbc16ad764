import { type Problem, ProblemError, problemOf } from "../../lib/problem.ts";
import type { Runtime } from "../../providers/provider.ts";
import type { ChangeTools, Making } from "./making.ts";

/** Milliseconds that what runs a site may be silent before its change is left to whoever comes next, and between two looks. */
const times = { patience: 15_000, pause: 1000 } as const;

/** Whether a problem is that nobody could be asked. It says nothing about any service. */
export function isOutage({ code }: Problem): boolean {
  return code === "CLUSTER_UNREACHABLE";
}

/**
 * Interrupts a change when what went wrong is that what runs the site is out of reach: no service is to blame for that, and none goes back.
 * Resolves with whether the change is interrupted. What is never answered, time and again, while all else is, is a failure like others.
 */
export async function isCutOff(making: Making, problem: Problem): Promise<boolean> {
  if (making.signal.aborted) return true;
  const isSure = isOutage(problem) && making.resumptions > 0;
  const isLikely = isOutage(problem) || problem.kind === "transient";
  if (isSure) making.interrupt(problem);
  else if (isLikely && (await isSilent(making.runtime, making.site))) making.interrupt(problem);
  return making.signal.aborted;
}

/** Whether what runs a site answers again before long; nobody who interrupts waits for that. */
export async function answersAgain({ runtime, clock, signal }: ChangeTools, site: string): Promise<boolean> {
  const until = clock.elapsed() + times.patience;
  while (await isSilent(runtime, site)) {
    if (signal.aborted || clock.elapsed() >= until) return false;
    await clock.sleep(times.pause);
  }
  return true;
}

/** What whoever began is told of a change that is left open. */
export function leftOpen(problem: Problem): ProblemError {
  const { hint } = problem;
  const then = "freehold up completes what was begun";
  return new ProblemError({ ...problem, hint: hint === undefined ? then : `${hint}; when it does, ${then}` });
}

async function isSilent(runtime: Runtime, site: string): Promise<boolean> {
  try {
    await runtime.observe(site);
    return false;
  } catch (thrown) {
    return problemOf(thrown).kind === "transient";
  }
}
