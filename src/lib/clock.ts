import { setTimeout as delay } from "node:timers/promises";

/** Time, as a value that tests can replace. Milliseconds since the epoch. */
export type Clock = {
  now(): number;
  /** Milliseconds since some moment; unlike `now` it never jumps, however the machine's clock is set. For waits. */
  elapsed(): number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
};

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, signal === undefined ? {} : { signal }),
};
