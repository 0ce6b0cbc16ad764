import type { Clock } from "../../../lib/clock.ts";

/** Something that is got with an effort, and the moment (of `Clock.now`) until which it holds. */
export type Held<T> = { readonly value: T; readonly until: number };

/** Remembers what was got for as long as it holds; many who ask at one time share one effort. */
export type Remembered<T> = { get(): Promise<T>; forget(): void };

/** Makes one. An effort that failed is not remembered. */
export function remember<T>(clock: Clock, obtain: () => Promise<Held<T>>): Remembered<T> {
  let held: Held<T> | undefined;
  let underWay: Promise<T> | undefined;
  const renew = async (): Promise<T> => {
    try {
      held = await obtain();
      return held.value;
    } finally {
      underWay = undefined;
    }
  };
  return {
    get: async () => {
      if (held !== undefined && held.until > clock.now()) return held.value;
      underWay ??= renew();
      return underWay;
    },
    forget: () => {
      held = undefined;
    },
  };
}
