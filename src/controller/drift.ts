import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { problemOf } from "../lib/problem.ts";
import type { Changed, Runtime } from "../providers/provider.ts";

/** What is needed to hear of changes. */
export type DriftOptions = {
  readonly site: string;
  readonly runtime: Pick<Runtime, "changes">;
  readonly log: Log;
  readonly clock: Clock;
};

/** What was told of changes that nobody has looked at yet. */
export type Drift = {
  /** Listens, if that is not so already; when it went wrong, after a pause that grows. To be called again and again. */
  listen(): void;
  /** Whether something was told, and the last passes are long enough ago. */
  isDue(): boolean;
  /** A pass begins: it sees what was told until now, which is returned. */
  take(): ReadonlySet<Changed>;
  /** That is still, or again, to be looked at. */
  giveBack(told: ReadonlySet<Changed>): void;
  /** A pass took so many milliseconds: after several of them there is a pause until the next that is due to changes. */
  passed(milliseconds: number): void;
  /** Milliseconds after which everything is looked at although nothing was told: less while nobody tells. */
  patience(): number;
  /** Hears no more. */
  end(): Promise<void>;
};

/**
 * What a pass costs of the time until the next, in milliseconds: so much at least, or so many times as long as it took. Up to `ahead` of it
 * may be spent in advance: a few changes after quiet are looked at at once, a storm of them every few seconds.
 */
const price = { least: 3000, times: 3, ahead: 15_000 } as const;

/** Milliseconds between two looks at everything, while changes are told and while they are not. */
const full = { hearing: 300_000, deaf: 30_000 } as const;

/** Milliseconds until it is tried again to hear of changes; twice as long each time, up to the most. */
const retry = { first: 1000, most: 300_000 } as const;

/**
 * Hears of changes to a site for as long as it is not ended. What freehold does is heard as well: a pass looks once more
 * at the end and takes what was told until then; a person's `up` costs one pass, which finds nothing to do and therefore is the last.
 */
export function createDrift({ site, runtime, log, clock }: DriftOptions): Drift {
  const end = new AbortController();
  const told = new Set<Changed>();
  /** Until when the passes so far are paid for. */
  let paid = 0;
  /** It could not be heard of changes, and will be tried again then. */
  let deaf: { readonly wait: number; readonly until: number } | undefined;

  const listen = async (): Promise<void> => {
    try {
      for await (const what of runtime.changes(site, end.signal)) {
        deaf = undefined;
        told.add(what);
      }
    } catch (thrown) {
      if (end.signal.aborted) return;
      if (deaf === undefined) log.warn(`${problemOf(thrown).message}; everything is looked at more often for now`);
    }
    const wait = Math.min(retry.most, (deaf?.wait ?? retry.first / 2) * 2);
    deaf = { wait, until: clock.elapsed() + wait };
    listening = undefined;
  };
  let listening: Promise<void> | undefined;

  return {
    listen: () => {
      if (clock.elapsed() >= (deaf?.until ?? 0)) listening ??= listen();
    },
    isDue: () => told.size > 0 && paid - clock.elapsed() <= price.ahead,
    take: () => {
      const taken = new Set(told);
      told.clear();
      return taken;
    },
    giveBack: (taken) => {
      for (const what of taken) told.add(what);
    },
    passed: (milliseconds) => {
      paid = Math.max(paid, clock.elapsed()) + Math.max(price.least, milliseconds * price.times);
    },
    patience: () => (deaf === undefined ? full.hearing : full.deaf),
    end: async () => {
      end.abort();
      await listening;
    },
  };
}
