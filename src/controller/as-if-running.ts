import { assignSlots } from "../features/addresses.ts";
import { compile } from "../features/compile.ts";
import { plan } from "../plan/plan.ts";
import type { Plan } from "../plan/step.ts";
import type { Observed } from "../resource/observed.ts";
import type { Resource } from "../resource/resource.ts";
import type { Site } from "../site/site.ts";

/** What must be done on a machine of its own on which `before` runs exactly as its files say, so that `after` does. Pure. */
export function planBetween(before: Site, after: Site): Plan {
  const held = assignSlots(namesHere(before), {}, []);
  const resources = compile(before, held).map(observed);
  const desired = compile(after, assignSlots(namesHere(after), held, []));
  return plan(after.name, desired, { resources, slots: held, foreignSlots: [] });
}

function namesHere({ services }: Site): readonly string[] {
  return services.filter(({ parts }) => parts.length > 0).map(({ name }) => name);
}

function observed(resource: Resource): Observed {
  if (resource.kind !== "container") return { resource };
  return { resource, run: { state: "running", pid: 1, startedAt: 0, exitCode: 0, containerId: resource.id } };
}
