import type { Clock } from "./clock.ts";

/** A clock for tests: nobody waits for it, and the same sleeps always end in the same order. */
export type FakeClock = Clock & {
  /** Does something when so many milliseconds have passed since the clock was made. */
  at(milliseconds: number, action: () => void | Promise<void>): void;
};

type Sleeper = { readonly wakesAt: number; readonly wake: () => void };

/** Starts at a fixed time. Time passes only when everybody sleeps: then the next sleeper wakes at once. */
export function fakeClock(): FakeClock {
  const begin = Date.UTC(2026, 0, 1);
  let now = begin;
  let sleepers: Sleeper[] = [];
  let isPumping = false;

  const pump = (): void => {
    const [next] = sleepers;
    isPumping = next !== undefined;
    if (next === undefined) return;
    sleepers = sleepers.slice(1);
    now = Math.max(now, next.wakesAt);
    next.wake();
    setImmediate(pump);
  };
  const add = (sleeper: Sleeper): void => {
    const place = sleepers.findIndex(({ wakesAt }) => wakesAt > sleeper.wakesAt);
    sleepers.splice(place < 0 ? sleepers.length : place, 0, sleeper);
    if (!isPumping) setImmediate(pump);
    isPumping = true;
  };

  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        add({ wakesAt: now + milliseconds, wake: resolve });
      }),
    at: (milliseconds, action) => add({ wakesAt: begin + milliseconds, wake: () => void action() }),
  };
}
