import type { Resource } from "./resource.ts";

/** Whether two JSON values are equal; the order of an object's keys and undefined members do not count. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => sameValue(item, b[index]));
  }
  return isRecord(a) && isRecord(b) && sameMembers(a, b);
}

function sameMembers(a: Members, b: Members): boolean {
  let left = 0;
  for (const key of Object.keys(a)) {
    if (a[key] === undefined) continue;
    left += 1;
    if (!Object.hasOwn(b, key) || !sameValue(a[key], b[key])) return false;
  }
  let right = 0;
  for (const key of Object.keys(b)) if (b[key] !== undefined) right += 1;
  return left === right;
}

type Members = Readonly<Record<string, unknown>>;

function isRecord(value: object): value is Members {
  return !Array.isArray(value);
}

/**
 * Whether two descriptions mean the same thing in the world. `needs` says only in which order things are made, so a
 * difference there changes nothing that exists: a container that runs is not restarted for it.
 */
export function sameThing(a: Resource, b: Resource): boolean {
  return a === b || sameValue({ ...a, needs: [] }, { ...b, needs: [] });
}
