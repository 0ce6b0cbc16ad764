import type { Resource } from "./resource.ts";

/** Whether two JSON values are equal; the order of an object's keys and undefined members do not count. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => sameValue(item, b[index]));
  }
  const left = new Map<string, unknown>(Object.entries(a));
  const right = new Map<string, unknown>(Object.entries(b));
  for (const [key, value] of left) {
    if (!sameValue(value, right.get(key))) return false;
  }
  for (const [key, value] of right) {
    if (value !== undefined && !left.has(key)) return false;
  }
  return true;
}

/**
 * Whether two descriptions mean the same thing in the world. `needs` says only in which order things are made, so a
 * difference there changes nothing that exists: a container that runs is not restarted for it.
 */
export function sameThing(a: Resource, b: Resource): boolean {
  return sameValue({ ...a, needs: [] }, { ...b, needs: [] });
}
