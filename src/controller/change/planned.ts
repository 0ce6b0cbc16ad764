import { type Prepared, prepare } from "../prepare.ts";
import { targetOf } from "../target.ts";
import type { Making } from "./making.ts";

/** What is left to do for a change, as the machine is now. */
export function plannedNow({ runtime, change }: Pick<Making, "runtime" | "change">): Promise<Prepared> {
  const now = change();
  const restore = Object.entries(now.services).flatMap(([name, service]) =>
    service.restore !== undefined && service.given !== true && service.undo === undefined ? [name] : [],
  );
  return prepare(targetOf(now), runtime, { restore });
}
