import { sameValue } from "../../../resource/same.ts";
import type { KubeObject } from "../client/object.ts";
import { isMap, type Members } from "./maps.ts";
import { objectKey } from "./object.ts";

/** Objects of which each resource says its share, as one each; in the order in which they came first. */
export function mergedObjects(objects: readonly KubeObject[]): readonly KubeObject[] {
  const merged = new Map<string, KubeObject>();
  for (const object of objects) {
    const key = objectKey(object);
    const before = merged.get(key);
    merged.set(key, before === undefined ? object : { ...object, ...mergedMaps(before, object) });
  }
  return [...merged.values()];
}

function mergedMaps(a: Members, b: Members): Members {
  const members = new Map(Object.entries(a));
  for (const [key, value] of Object.entries(b)) members.set(key, merged(members.get(key), value));
  return Object.fromEntries(members);
}

function merged(a: unknown, b: unknown): unknown {
  if (a === undefined) return b;
  if (Array.isArray(a) && Array.isArray(b))
    return [...a, ...b.filter((item) => !a.some((one) => sameValue(one, item)))];
  return isMap(a) && isMap(b) ? mergedMaps(a, b) : b;
}
