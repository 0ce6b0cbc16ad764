import { at, textAt } from "../../../lib/json.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { waitUntilGone } from "../gone.ts";
import type { Session } from "../session.ts";
import { labels, sharedMarks } from "../translate/marks.ts";
import { snapshotsClaim, stateKind } from "./state-pod.ts";

/** A claim as one would write it to get another like it. */
export function plainClaim({ apiVersion, kind, metadata, spec }: KubeObject): KubeObject {
  const { name, namespace, labels: marks, annotations = {} } = metadata;
  const own = Object.entries(annotations).filter(([key]) => key.startsWith("freehold.dev/"));
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(marks === undefined ? {} : { labels: marks }),
      annotations: Object.fromEntries(own),
    },
    spec: {
      accessModes: at(spec, "accessModes"),
      resources: at(spec, "resources"),
      ...(textAt(spec, "storageClassName") === "" ? {} : { storageClassName: textAt(spec, "storageClassName") }),
    },
  };
}

/** Makes the claim for the copies of a volume: of its class, so that it can be where that is, and twice its size. */
export async function ensureSnapshotsClaim(
  { client, site }: Session,
  service: string,
  state: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  const namespace = namespaceOf(site, service);
  const name = snapshotsClaim(state.metadata.name);
  if ((await client.get(objectKinds.persistentVolumeClaim, namespace, name, signal)) !== undefined) return;
  const marks = sharedMarks(site, service);
  const { spec } = plainClaim(state);
  const claim: KubeObject = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name,
      namespace,
      labels: { ...marks.labels, [labels.kind]: stateKind },
      annotations: marks.annotations,
    },
    spec: {
      ...(typeof spec === "object" ? spec : {}),
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: twice(textAt(spec, "resources", "requests", "storage")) } },
    },
  };
  await client.apply(claim, { force: true, signal });
}

/** Removes a claim with what is in it, and resolves when it is gone. Fine when it is gone already. */
export async function removeClaim(session: Session, service: string, name: string, signal: AbortSignal): Promise<void> {
  const kind = objectKinds.persistentVolumeClaim;
  const namespace = namespaceOf(session.site, service);
  await session.client.remove(kind, namespace, name, { propagation: "Background", signal });
  await waitUntilGone(session, { kind, namespace, name }, signal);
}

/** Twice a quantity as Kubernetes writes it: `10Gi`. */
function twice(quantity: string): string {
  const [, digits, unit] = /^(\d+)([A-Za-z]*)$/.exec(quantity) ?? [];
  return digits === undefined ? quantity : `${Number(digits) * 2}${unit ?? ""}`;
}
