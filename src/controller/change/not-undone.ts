import { type Problem, problem } from "../../lib/problem.ts";
import type { Making } from "./making.ts";
import { isCutOff } from "./outage.ts";

/** Ends it with a service that could not be brought back: without its state it must not be started, with it somebody looks after it. */
export async function notUndone(making: Making, service: string, reason: Problem): Promise<void> {
  if (await isCutOff(making, reason)) return;
  const { undo, snapshot } = making.change().services[service] ?? {};
  const unrestored = undo?.restored !== true;
  const what = unrestored ? "its state could not be put back" : "the version before does not work either";
  const hint = unrestored
    ? `${snapshot === undefined ? "it" : `its state is kept as ${snapshot}; it`} stays stopped until this can be done: ${reason.hint ?? "freehold up tries again"}`
    : `freehold logs ${service} shows more`;
  const told = problem("UNDO_FAILED", `${undo?.problem.message ?? "it failed"}; ${what}: ${reason.message}`, {
    detail: [...(undo?.problem.detail ?? []), ...(reason.detail ?? [])],
    hint,
  });
  making.endings.set(service, { result: "failed", unrestored, problem: told });
  making.progress({ at: "not undone", service, problem: { ...reason, message: `${what}: ${reason.message}`, hint } });
}
