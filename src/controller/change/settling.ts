import type { Outcome } from "../../converge/converge.ts";
import { waitForHealth } from "../../converge/health.ts";
import { problemOf } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { Making } from "./making.ts";
import type { Failure } from "./undo.ts";

/** A container must have lived for so many milliseconds before the version before is given up: many that cannot work end soon after their first answer. */
const lifetime = 3000;

/**
 * Waits until everything that these steps started has lived for a few seconds, and asks its health once more. Resolves with what is
 * wrong; undefined: nothing.
 */
export async function settle(making: Making, outcomes: readonly Outcome[]): Promise<Failure | undefined> {
  const { runtime, clock, signal, site } = making;
  const started = outcomes.flatMap(({ step, result }) => (result === "done" ? startedBy(step) : []));
  if (started.length === 0) return undefined;
  const { resources } = await runtime.observe(site);
  const ages = resources.flatMap(({ resource, run }) =>
    started.some(({ id }) => id === resource.id) && run !== undefined ? [clock.now() - run.startedAt] : [],
  );
  const youngest = Math.min(lifetime, ...ages.map((age) => Math.max(0, age)));
  if (youngest < lifetime) await clock.sleep(lifetime - youngest, signal);
  const context = { report: () => {}, signal };
  for (const container of started) {
    try {
      await waitForHealth(site, atOnce(container), { runtime, clock, context });
    } catch (thrown) {
      return { problem: problemOf(thrown), failed: [container.id] };
    }
  }
  return undefined;
}

/** It has been healthy before: it gets a few tries, not the whole time of a start. */
function atOnce(container: Container): Container {
  return { ...container, check: { ...container.check, within: Math.min(container.check.within, 5000) } };
}

function startedBy(step: Outcome["step"]): readonly Container[] {
  if (step.action === "remove" || step.action === "keep" || step.resource.kind !== "container") return [];
  return step.action === "update" && step.was.run?.state === "running" ? [] : [step.resource];
}
