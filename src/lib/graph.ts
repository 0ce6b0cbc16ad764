/**
 * Puts things in an order in which each stands behind everything that it waits for, otherwise as they were given. Takes
 * time in proportion to things and edges, and any depth. Edges to unknown things do not count. Where things wait for each
 * other in a ring, the edge that closes it is passed over; `onRing` is told both its ends.
 */
export function inOrder<T>(
  things: readonly T[],
  waitsFor: (thing: T) => Iterable<T>,
  onRing: (from: T, to: T) => void = () => {},
): T[] {
  const known = new Set(things);
  const state = new Map<T, "open" | "done">();
  const ordered: T[] = [];
  for (const start of things) {
    if (state.has(start)) continue;
    const trail = [{ thing: start, rest: waitsFor(start)[Symbol.iterator]() }];
    state.set(start, "open");
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const next = top.rest.next();
      if (next.done === true) {
        state.set(top.thing, "done");
        ordered.push(top.thing);
        trail.pop();
      } else if (state.get(next.value) === "open") {
        onRing(top.thing, next.value);
      } else if (known.has(next.value) && !state.has(next.value)) {
        state.set(next.value, "open");
        trail.push({ thing: next.value, rest: waitsFor(next.value)[Symbol.iterator]() });
      }
    }
  }
  return ordered;
}
