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
 * difference there changes nothing that exists: a container that runs is not restarted for it. Nor does it matter where a tree lay when
 * it was read: its digest says what is in it, and each revision of a site lies elsewhere.
 */
export function sameThing(a: Resource, b: Resource): boolean {
  return a === b || sameValue(meaning(a), meaning(b));
}

function meaning(resource: Resource): object {
  const rest = { ...resource, needs: [] };
  if (rest.kind === "file" && rest.content.from === "tree")
    return { ...rest, content: { ...rest.content, source: "" } };
  if (rest.kind === "image" && rest.source.from === "build")
    return { ...rest, source: { ...rest.source, context: "" } };
  return rest;
}
