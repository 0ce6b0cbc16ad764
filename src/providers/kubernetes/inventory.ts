import { textAt } from "../../lib/json.ts";
import type { KubeObject, ObjectKind } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import type { Session } from "./session.ts";
import { annotations, labels } from "./translate/marks.ts";

/** The kinds in which things of a site are. */
const kinds = [
  objectKinds.namespace,
  objectKinds.networkPolicy,
  objectKinds.serviceAccount,
  objectKinds.service,
  objectKinds.deployment,
  objectKinds.statefulSet,
  objectKinds.pod,
  objectKinds.podDisruptionBudget,
  objectKinds.configMap,
  objectKinds.secret,
  objectKinds.persistentVolumeClaim,
  objectKinds.endpointSlice,
] as const;

/** Slices bear the marks of the Service that they are of: those that the cluster made by itself are not ours. */
const ownSlices = "endpointslice.kubernetes.io/managed-by=freehold";

/** Every object of a site, as it was found at one look. */
export type Inventory = {
  /** Those by which resources are known: they carry one. */
  readonly mains: readonly KubeObject[];
  /** By {@link objectKey}. */
  readonly byKey: ReadonlyMap<string, KubeObject>;
  /** By namespace. */
  readonly pods: ReadonlyMap<string, readonly KubeObject[]>;
  /** ConfigMaps and Secrets, by namespace. */
  readonly contents: ReadonlyMap<string, readonly KubeObject[]>;
};

/** Lists a site's objects: one list for each kind, over all namespaces. What is on its way out is not there any more. */
export async function takeInventory({ client, site }: Session): Promise<Inventory> {
  const byKey = new Map<string, KubeObject>();
  const mains: KubeObject[] = [];
  const pods = new Map<string, KubeObject[]>();
  const contents = new Map<string, KubeObject[]>();
  const list = async (kind: ObjectKind): Promise<void> => {
    const ours = `${labels.site}=${site}${kind === objectKinds.endpointSlice ? `,${ownSlices}` : ""}`;
    for await (const found of client.list(kind, { labels: ours })) {
      const object = lean(found);
      const { metadata } = object;
      if (metadata.deletionTimestamp !== undefined && kind !== objectKinds.namespace) continue;
      if (kind === objectKinds.pod) {
        addTo(pods, metadata.namespace, object);
        continue;
      }
      byKey.set(objectKey(object), object);
      if (kind === objectKinds.configMap || kind === objectKinds.secret) addTo(contents, metadata.namespace, object);
      if (metadata.annotations?.[annotations.resource] !== undefined) mains.push(object);
    }
  };
  await Promise.all(kinds.map(list));
  return { mains, byKey, pods, contents };
}

/** Names an object among all. */
export function objectKey({ kind, metadata }: Pick<KubeObject, "kind" | "metadata">): string {
  return `${kind} ${metadata.namespace ?? ""} ${metadata.name}`;
}

/** Without who set which field, which is often the larger half of an object; of a pod only what tells how it does. */
function lean(object: KubeObject): KubeObject {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  if (object.kind !== "Pod") return { ...object, metadata };
  const { apiVersion, kind, status } = object;
  const container = textAt(object, "spec", "containers", "0", "name");
  return { apiVersion, kind, metadata, spec: { containers: [{ name: container }] }, status };
}

function addTo(map: Map<string, KubeObject[]>, namespace: string | undefined, object: KubeObject): void {
  const list = map.get(namespace ?? "");
  if (list === undefined) map.set(namespace ?? "", [object]);
  else list.push(object);
}
