import { type Problem, problemOf } from "../lib/problem.ts";
import { runInOrder } from "../lib/schedule.ts";
import type { Plan } from "../plan/step.ts";
import type { ApplyStep, Runtime } from "../providers/provider.ts";
import { whereWritten } from "./change/written.ts";

/** So many steps are tried side by side. */
const sideBySide = 8;

/**
 * What would stand in the way of a plan's steps, as far as the world tells before anything is done; in the order of the plan, each with the line
 * of the files in a directory that asks for it. Empty where the world tells nothing beforehand.
 */
export async function rehearsePlan(
  { site, steps }: Plan,
  runtime: Pick<Runtime, "rehearse">,
  directory: string,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const { rehearse } = runtime;
  if (rehearse === undefined) return [];
  const tried = steps.filter(isApplied);
  const found = new Map<ApplyStep, Problem>();
  await runInOrder(tried, {
    waitsFor: () => [],
    limit: sideBySide,
    signal,
    skip: () => {},
    run: async (step) => {
      const problem = await rehearse(site, step, signal).catch(problemOf);
      if (problem === undefined) return true;
      const place = problem.place ?? (await whereWritten(directory, step.resource, problem.code));
      found.set(step, place === undefined ? problem : { ...problem, place });
      return true;
    },
  });
  return tried.flatMap((step) => found.get(step) ?? []);
}

function isApplied(step: Plan["steps"][number]): step is ApplyStep {
  return step.action !== "keep" && step.action !== "remove";
}
