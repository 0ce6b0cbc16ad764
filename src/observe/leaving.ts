import { endOfGrace, type Orphans, readOrphans } from "../ledger/orphans.ts";
import { unwantedState } from "../plan/unwanted.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";
import type { Resource } from "../resource/resource.ts";

/** State that is kept for a while although nobody wants it any more. */
export type Leaving = {
  readonly service: string;
  /** `PART/NAME` of each, sorted. */
  readonly state: readonly string[];
  /** When it is deleted if the site is watched over until then, milliseconds since the epoch; absent: never. */
  readonly until?: number;
};

/** What is wanted, what is there, and for how long the rest is kept; `now` in milliseconds since the epoch. */
export type LeavingFacts = {
  readonly desired: readonly Resource[];
  readonly observation: Observation;
  readonly grace: number | "never";
  readonly now: number;
};

/** The state that nobody wants, by service, as far as the ledger knows. */
export async function leavingState(ledger: string, facts: LeavingFacts): Promise<readonly Leaving[]> {
  const ids = unwantedState(facts.desired, facts.observation);
  return ids.length === 0 ? [] : leavingOf(ids, await readOrphans(ledger), facts);
}

/** The same of these volumes. What nobody noticed yet has its whole grace before it. */
export function leavingOf(
  ids: readonly ResourceId[],
  orphans: Orphans,
  { observation, grace, now }: Omit<LeavingFacts, "desired">,
): readonly Leaving[] {
  const byService = new Map<string, Leaving>();
  for (const { resource } of observation.resources) {
    if (resource.kind !== "volume" || !ids.includes(resource.id)) continue;
    const { service, part, name, id } = resource;
    const end = endOfGrace(orphans.get(id) ?? { since: now, watched: 0 }, grace, now);
    const before = byService.get(service);
    const until = [end, before?.until].filter((time) => time !== undefined);
    byService.set(service, {
      service,
      state: [...(before?.state ?? []), `${part}/${name}`],
      ...(until.length > 0 && { until: Math.min(...until) }),
    });
  }
  return [...byService.values()];
}
