import { type Remembered, type Restarts, readRestarts, type Trouble, writeRestarts } from "../ledger/restarts.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";
import type { Watched } from "./watch.ts";

/** Something that was the matter with a container. */
export type Incident = { readonly id: ResourceId; readonly containerId: string; readonly trouble: Trouble };

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
    const known = past(before, id, containerId);
    const remembered = { ...known, count: known.count + (revived.includes(id) ? 1 : 0) };
    const { count, answered, trouble } = remembered;
    return count === 0 && answered === undefined && trouble === undefined ? [] : [[id, remembered] as const];
  });
  await writeRestarts(run, new Map(counts));
}

/** Notes that these have given their first good answer since their start: should they fail now, they are not starting any more. */
export async function noteAnswers(run: string, answered: readonly Watched[]): Promise<void> {
  if (answered.length === 0) return;
  const before = await readRestarts(run);
  const noted = answered.map(({ container: { id }, containerId, startedAt }) => {
    return [id, { ...past(before, id, containerId), answered: startedAt }] as const;
  });
  await writeRestarts(run, new Map([...before, ...noted]));
}

/** Notes what was the matter with these; for each the last thing counts. */
export async function noteTroubles(run: string, troubles: readonly Incident[]): Promise<void> {
  if (troubles.length === 0) return;
  const before = await readRestarts(run);
  const noted = troubles.map(({ id, containerId, trouble }) => {
    return [id, { ...past(before, id, containerId), trouble }] as const;
  });
  await writeRestarts(run, new Map([...before, ...noted]));
}

/** What is remembered of a container, if it is the same one. */
function past(before: Restarts, id: ResourceId, containerId: string): Remembered {
  const old = before.get(id);
  return old?.containerId === containerId ? old : { containerId, count: 0 };
}
