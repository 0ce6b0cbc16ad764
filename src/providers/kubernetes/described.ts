import type { KubeObject } from "./client/object.ts";

/** Begins annotations that are ours. */
const ours = "freehold.dev/";

/** Members that the cluster itself fills in later. */
const later: ReadonlySet<string> = new Set(["volumeName", "clusterIP", "clusterIPs", "healthCheckNodePort"]);

/** What somebody described of an object, without how it does and what the cluster notes on it: equal while nobody changed it. */
export function described({ metadata, status: _status, ...rest }: KubeObject): unknown {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => key.startsWith(ours));
  const isLeaving = metadata.deletionTimestamp !== undefined;
  const spec = typeof rest.spec === "object" && rest.spec !== null ? Object.entries(rest.spec) : [];
  return {
    ...rest,
    spec: Object.fromEntries(spec.filter(([key]) => !later.has(key))),
    labels: metadata.labels ?? {},
    annotations: Object.fromEntries(annotations),
    isLeaving,
  };
}
