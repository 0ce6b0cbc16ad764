import type { ResourceId } from "../resource/base.ts";

/** The first pause, the longest, and the life after which all is forgiven; milliseconds. */
const first = 1000;
const longest = 300_000;
const forgiven = 300_000;

/** How long each thing that fails is left alone before it is tried again. */
export type Backoff = {
  /** Notes a failure of something that had lived for so many milliseconds; returns the pause before the next try. */
  failed(id: ResourceId, now: number, lived: number): number;
  /** Whether it is to be left alone now. */
  holds(id: ResourceId, now: number): boolean;
  /** What failed and may be tried again now. */
  due(now: number): readonly ResourceId[];
  /** It was tried again: nothing is due of it, but how often it failed is remembered. */
  tried(id: ResourceId): void;
  /** It is another thing now, or gone: nothing is remembered of it. */
  forget(id: ResourceId): void;
};

/** Pauses from 1 second on, twice as long with each failure, up to 5 minutes; who lived for 5 minutes begins anew. */
export function createBackoff(): Backoff {
  const failures = new Map<ResourceId, number>();
  const next = new Map<ResourceId, number>();
  return {
    failed: (id, now, lived) => {
      const before = lived >= forgiven ? 0 : (failures.get(id) ?? 0);
      const pause = Math.min(longest, first * 2 ** Math.min(before, 20));
      failures.set(id, before + 1);
      next.set(id, now + pause);
      return pause;
    },
    holds: (id, now) => (next.get(id) ?? 0) > now,
    due: (now) => [...next].flatMap(([id, at]) => (at <= now ? [id] : [])),
    tried: (id) => {
      next.delete(id);
    },
    forget: (id) => {
      next.delete(id);
      failures.delete(id);
    },
  };
}
