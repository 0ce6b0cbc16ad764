import { at } from "../../../lib/json.ts";
import { fail } from "../../../lib/problem.ts";
import type { KubeObject, Metadata, ObjectKind } from "./object.ts";

/** An object as the cluster answered it; in a list it does not say its kind. Problem: `CLUSTER_FAILED` when it is none. */
export function readObject(value: unknown, kind: ObjectKind): KubeObject {
  const metadata = at(value, "metadata");
  if (typeof value !== "object" || value === null || !isMetadata(metadata))
    return fail("CLUSTER_FAILED", `expected a ${kind.kind} with a name from the cluster, got something else`, {
      kind: "transient",
    });
  return { apiVersion: kind.apiVersion, kind: kind.kind, ...value, metadata };
}

/** The cluster holds to its own schema: that there is a name is enough to know its metadata. */
function isMetadata(value: unknown): value is Metadata {
  return typeof at(value, "name") === "string";
}
