import { readRestarts, writeRestarts } from "../ledger/restarts.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";
import type { Watched } from "./watch.ts";

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
    const known = old?.containerId === containerId ? old : { containerId, count: 0 };
    const remembered = { ...known, count: known.count + (revived.includes(id) ? 1 : 0) };
    return remembered.count === 0 && remembered.answered === undefined ? [] : [[id, remembered] as const];
  });
  await writeRestarts(run, new Map(counts));
}

/** Notes that these have given their first good answer since their start: should they fail now, they are not starting any more. */
export async function noteAnswers(run: string, answered: readonly Watched[]): Promise<void> {
  if (answered.length === 0) return;
  const before = await readRestarts(run);
  const noted = answered.map(({ container: { id }, containerId, startedAt }) => {
    const old = before.get(id);
    const count = old?.containerId === containerId ? old.count : 0;
    return [id, { containerId, count, answered: startedAt }] as const;
  });
  await writeRestarts(run, new Map([...before, ...noted]));
}
