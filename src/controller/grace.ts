import { type Orphan, type Orphans, readOrphans, writeOrphans } from "../ledger/orphans.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { problemOf } from "../lib/problem.ts";
import { type Leaving, leavingOf } from "../observe/leaving.ts";
import { unwantedState } from "../plan/unwanted.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";
import type { Resource } from "../resource/resource.ts";

/** Counts for how long state has been there that nobody wants. */
export type Grace = {
  /** Lets the time count that passed since the last look; remembers it now and then. */
  look(): Promise<void>;
  /** Whether the grace of something is over that is not to be left alone. */
  isDue(isHeld: (id: ResourceId) => boolean): boolean;
  /** Compares what is there with what is wanted, and tells whose grace is over. To be called under the site's lock. */
  over(graced: Graced, observation: Observation): Promise<ReadonlySet<ResourceId>>;
  /** What is on its way out, of what was observed; `now` in milliseconds since the epoch. */
  leaving(observation: Observation, now: number): readonly Leaving[];
  /** Remembers what was counted: nobody watches from now on. */
  end(): Promise<void>;
};

/** What is wanted, and for how long the rest is kept. */
export type Graced = { readonly desired: readonly Resource[]; readonly grace: number | "never" };

/** What is remembered when nobody has more than so many milliseconds to lose. */
const rhythm = 60_000;

/** A count of one site's orphans. Only time that passes here counts: `elapsed` is monotonic and stands still with the machine. */
export function createGrace(ledger: string, clock: Clock, log: Log): Grace {
  let orphans: Orphans | undefined;
  let grace: number | "never" = "never";
  let counted = clock.elapsed();
  let stored = clock.elapsed();

  /** The time since the last count goes to everybody's account. */
  const count = (known: Orphans): Orphans => {
    const now = clock.elapsed();
    const more = now - counted;
    counted = now;
    return new Map([...known].map(([id, one]) => [id, { ...one, watched: one.watched + more }]));
  };
  const store = async (known: Orphans): Promise<void> => {
    stored = clock.elapsed();
    try {
      await writeOrphans(ledger, known);
    } catch (thrown) {
      // What is lost is time that was counted: state is kept longer, and nothing else waits for a full disk.
      log.warn(`${problemOf(thrown).message}: state that nobody wants may be kept longer than its grace`);
    }
  };
  const isOver = ({ watched }: Orphan): boolean => grace !== "never" && watched >= grace;

  return {
    look: async () => {
      if (orphans === undefined) return;
      orphans = count(orphans);
      if (orphans.size > 0 && clock.elapsed() - stored >= rhythm) await store(orphans);
    },
    leaving: (observation, now) => {
      const known = orphans ?? new Map<ResourceId, Orphan>();
      return leavingOf([...known.keys()], known, { observation, grace, now });
    },
    end: async () => {
      if (orphans === undefined) return;
      orphans = count(orphans);
      if (orphans.size > 0) await store(orphans);
    },
    isDue: (isHeld) => [...(orphans ?? [])].some(([id, one]) => isOver(one) && !isHeld(id)),
    over: async (graced, observation) => {
      if (orphans === undefined) {
        orphans = await readOrphans(ledger);
        counted = clock.elapsed();
      }
      const known = count(orphans);
      grace = graced.grace;
      const found = unwantedState(graced.desired, observation);
      const next = new Map(found.map((id) => [id, known.get(id) ?? { since: clock.now(), watched: 0 }]));
      const isSame = next.size === known.size && found.every((id) => known.has(id));
      orphans = next;
      if (!isSame) await store(next);
      return new Set(found.filter((id) => isOver(next.get(id) ?? { since: 0, watched: 0 })));
    },
  };
}
