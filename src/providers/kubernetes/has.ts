import { at } from "../../lib/json.ts";
import type { KubeObject } from "./client/object.ts";
import { contains } from "./contains.ts";
import { annotations } from "./translate/marks.ts";

/** Members of an object that are not its description. */
const others: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "status"]);

/** Annotations that say where an object came from, not what it is: another commit or place is no difference. */
const origins: ReadonlySet<string> = new Set([annotations.commit, annotations.file]);

/**
 * Whether a live object is as described. One that was stopped (no replicas) is not different for that: what it does is observed apart.
 * Of a policy every word counts, since one more rule opens a way, and a narrower choice of pods leaves others without a wall.
 */
export function has(live: KubeObject, wanted: KubeObject): boolean {
  for (const key of Object.keys(wanted)) {
    if (others.has(key)) continue;
    if (!contains(live[key], key === "spec" ? withoutStop(live, wanted.spec) : wanted[key])) return false;
  }
  if (wanted.kind === "NetworkPolicy" && !contains(wanted.spec, live.spec)) return false;
  return hasMarks(live, wanted);
}

function hasMarks({ metadata: live }: KubeObject, { metadata: wanted }: KubeObject): boolean {
  if (!contains(live.labels, wanted.labels)) return false;
  return Object.entries(wanted.annotations ?? {}).every(
    ([key, value]) => origins.has(key) || live.annotations?.[key] === value,
  );
}

function withoutStop(live: KubeObject, spec: unknown): unknown {
  if (at(live, "spec", "replicas") !== 0 || typeof spec !== "object" || spec === null) return spec;
  return { ...spec, replicas: undefined };
}
