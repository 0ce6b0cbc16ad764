import { readRestarts, writeRestarts } from "../ledger/restarts.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";

/** Counts one more restart for each of these containers, and forgets those that are gone or were replaced. */
export async function countRestarts(
  run: string,
  revived: readonly ResourceId[],
  { resources }: Observation,
): Promise<void> {
  if (revived.length === 0) return;
  const before = await readRestarts(run);
  const counts = resources.flatMap(({ resource: { id }, run: running }) => {
    if (running === undefined) return [];
    const { containerId } = running;
    const old = before.get(id);
    const count = (old?.containerId === containerId ? old.count : 0) + (revived.includes(id) ? 1 : 0);
    return count === 0 ? [] : [[id, { containerId, count }] as const];
  });
  await writeRestarts(run, new Map(counts));
}
