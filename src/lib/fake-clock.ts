import type { Clock } from "./clock.ts";

/** A clock for tests: nobody waits for it, and the same sleeps always end in the same order. */
export type FakeClock = Clock & {
  /** Does something when so many milliseconds have passed since the clock was made. Time stands still until it is done. */
  at(milliseconds: number, action: () => unknown): void;
  /** Sets it forward, or back when negative; nobody who sleeps notices. */
  jump(milliseconds: number): void;
};

type Sleeper = { readonly wakesAt: number; readonly wake: () => unknown };

/**
 * Starts at a fixed time. Time passes only while somebody sleeps, and then at once to the next one who wakes; while all
 * are awake (reading a file, say) it stands still.
 */
export function fakeClock(): FakeClock {
  const begin = Date.UTC(2026, 0, 1);
  const sleepers: Sleeper[] = [];
  const events: Sleeper[] = [];
  let now = begin;
  let isPumping = false;
  let set = 0;

  const pump = async (): Promise<void> => {
    const [sleeper] = sleepers;
    const [event] = events;
    isPumping = sleeper !== undefined;
    if (sleeper === undefined) return;
    const next = event !== undefined && event.wakesAt <= sleeper.wakesAt ? event : sleeper;
    (next === event ? events : sleepers).shift();
    now = Math.max(now, next.wakesAt);
    await next.wake();
    setImmediate(pump);
  };

  return {
    now: () => now + set,
    elapsed: () => now - begin,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        insert(sleepers, { wakesAt: now + milliseconds, wake: () => resolve() });
        if (!isPumping) setImmediate(pump);
        isPumping = true;
      }),
    jump: (milliseconds) => {
      set += milliseconds;
    },
    at: (milliseconds, action) => insert(events, { wakesAt: begin + milliseconds, wake: action }),
  };
}

function insert(list: Sleeper[], sleeper: Sleeper): void {
  const place = list.findIndex(({ wakesAt }) => wakesAt > sleeper.wakesAt);
  list.splice(place < 0 ? list.length : place, 0, sleeper);
}
