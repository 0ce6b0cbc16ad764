import type { Clock } from "../lib/clock.ts";

/** Something with a time, in milliseconds since the epoch. */
type Timed = { readonly at: number };

/** Something that waits until what is older may have come. */
type Held<T> = {
  readonly value: T;
  /** Its time, or that of what came before it from the same source if that is later: what one source gives stays in order. */
  readonly rank: number;
  /** When it has waited long enough, by `clock.elapsed()`. */
  readonly due: number;
};

/**
 * Several streams that go on, as one: what comes waits for `wait` milliseconds, so that what is older and comes later by less stands
 * before it. What comes later than that is not held up. Ends when all have ended; the first failure is thrown when all that came is out.
 */
export async function* followByTime<T extends Timed>(
  sources: readonly AsyncIterable<T>[],
  { clock, wait }: { readonly clock: Pick<Clock, "elapsed" | "sleep">; readonly wait: number },
): AsyncGenerator<T> {
  const held: Held<T>[] = [];
  const failures: unknown[] = [];
  let open = sources.length;
  let woken = Promise.withResolvers<void>();
  const pump = async (source: AsyncIterable<T>): Promise<void> => {
    let rank = Number.NEGATIVE_INFINITY;
    for await (const value of source) {
      rank = Math.max(rank, value.at);
      insert(held, { value, rank, due: clock.elapsed() + wait });
      woken.resolve();
    }
  };
  for (const source of sources)
    pump(source)
      .catch((thrown: unknown) => failures.push(thrown))
      .finally(() => {
        open -= 1;
        woken.resolve();
      });
  const isOver = (): boolean => open === 0 || failures.length > 0;
  while (!isOver() || held.length > 0) {
    if (held.length === 0) {
      await woken.promise;
      woken = Promise.withResolvers();
      continue;
    }
    const left = held.reduce((first, { due }) => Math.min(first, due), Number.POSITIVE_INFINITY) - clock.elapsed();
    if (!isOver() && left > 0) await clock.sleep(left);
    const now = isOver() ? Number.POSITIVE_INFINITY : clock.elapsed();
    for (const { value } of held.splice(0, countDue(held, now))) yield value;
  }
  if (failures.length > 0) throw failures[0];
}

/** Behind all that is not younger. */
function insert<T>(held: Held<T>[], one: Held<T>): void {
  held.splice(held.findLastIndex(({ rank }) => rank <= one.rank) + 1, 0, one);
}

/** How many may go: up to the last that has waited long enough. */
function countDue(held: readonly Held<unknown>[], now: number): number {
  return held.findLastIndex(({ due }) => due <= now) + 1;
}
