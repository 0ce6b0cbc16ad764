import { readKnownState, writeKnownState } from "../ledger/known-state.ts";
import type { Log } from "../lib/log.ts";
import { problemOf } from "../lib/problem.ts";
import { lostState } from "../observe/lost-state.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Volume } from "../resource/kinds/volume.ts";
import type { Observation } from "../resource/observed.ts";
import type { Resource } from "../resource/resource.ts";

/**
 * The wanted state that was there and is not any more. Nobody who watches alone makes it anew: a service that starts on an empty directory
 * takes it for its first start, and what comes back with the disk is then another's. A person's `up` makes it.
 */
export async function findLost(
  ledger: string,
  desired: readonly Resource[],
  observation: Observation,
): Promise<readonly Volume[]> {
  return lostState(await readKnownState(ledger), desired, observation);
}

/** Remembers what is there now, and what is wanted and was there. */
export async function rememberState(
  ledger: string,
  desired: readonly Resource[],
  there: ReadonlySet<ResourceId>,
  log: Log,
): Promise<void> {
  try {
    const known = await readKnownState(ledger);
    const wanted = new Set(desired.map(({ id }) => id));
    const now: ReadonlySet<ResourceId> = new Set([...there, ...[...known].filter((id) => wanted.has(id))]);
    if (now.size !== known.size || [...now].some((id) => !known.has(id))) await writeKnownState(ledger, now);
  } catch (thrown) {
    log.warn(`${problemOf(thrown).message}: state that is lost may not be told from state that is new`);
  }
}
