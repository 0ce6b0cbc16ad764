import { type Lock, type LockOptions, lock } from "../ledger/lock.ts";
import type { Clock } from "../lib/clock.ts";
import { problemOf } from "../lib/problem.ts";
import type { AloneHolder, Runtime } from "../providers/provider.ts";

/** A site on which nobody else works, here or elsewhere. */
export type SiteHold = Lock & {
  /** Ends with the signal that was asked with, and when somebody else may have begun. */
  readonly signal: AbortSignal;
};

/** Which site, and how it is asked for. */
export type SiteHoldOptions = {
  readonly ledger: string;
  readonly site: string;
  readonly runtime: Pick<Runtime, "alone">;
  /** What for: `freehold up`. */
  readonly what: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly lock?: Pick<LockOptions, "waitMilliseconds" | "onWait">;
  /** How long to wait for who works on it from elsewhere; default 0. */
  readonly waitMilliseconds?: number;
  readonly onWait?: (holder: AloneHolder) => void;
};

/** Takes the lock of a site's ledger, then keeps those away who work on the site from elsewhere, where there are such. Problem: `LOCKED`. */
export async function holdSite(options: SiteHoldOptions): Promise<SiteHold> {
  const { ledger, what, clock, signal } = options;
  const held = await lock(ledger, what, { ...options.lock, signal, clock });
  try {
    return await holdElsewhere(options, held);
  } catch (thrown) {
    await held.release();
    throw thrown;
  }
}

/** The same for who rather does something else than wait: undefined when somebody is at work. */
export async function holdOrNothing(options: SiteHoldOptions): Promise<SiteHold | undefined> {
  try {
    return await holdSite(options);
  } catch (thrown) {
    if (problemOf(thrown).code === "LOCKED") return undefined;
    throw thrown;
  }
}

/** The same for who holds the ledger's lock already, which is released with it. */
export async function holdElsewhere(
  { site, runtime, what, signal, waitMilliseconds = 0, onWait }: Omit<SiteHoldOptions, "ledger" | "clock" | "lock">,
  held: Lock,
): Promise<SiteHold> {
  if (runtime.alone === undefined) return { signal, release: held.release };
  const alone = await runtime.alone(site, { what, waitMilliseconds, signal, ...(onWait && { onWait }) });
  return {
    signal: AbortSignal.any([signal, alone.lost]),
    release: async () => {
      await alone.release();
      await held.release();
    },
  };
}
