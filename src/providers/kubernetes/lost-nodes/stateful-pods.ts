import { textAt } from "../../../lib/json.ts";
import type { KubeClient, KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { mayRun, podState } from "../pod.ts";
import { annotations, labels } from "../translate/marks.ts";
import type { StatefulPod } from "./decide.ts";

/** Which pods: of a site, on a node. */
export type StatefulPodsOf = { readonly site: string; readonly node: string; readonly signal: AbortSignal };

/**
 * The pods in the namespaces of a site that have state and stand on a node, with their volumes: also those of written objects and the
 * controller's own. One of a DaemonSet is not among them: it goes nowhere else.
 */
export async function statefulPods(
  client: KubeClient,
  { site, node, signal }: StatefulPodsOf,
): Promise<readonly StatefulPod[]> {
  const own = new Set<string>();
  for await (const { metadata } of client.list(objectKinds.namespace, { labels: `${labels.site}=${site}`, signal }))
    own.add(metadata.name);
  const found: StatefulPod[] = [];
  for await (const pod of client.list(objectKinds.pod, { fields: `spec.nodeName=${node}`, signal })) {
    const { namespace = "", annotations: notes = {}, ownerReferences = [] } = pod.metadata;
    if (!own.has(namespace) || ownerReferences.some(({ kind }) => kind === "DaemonSet")) continue;
    const state = podState(pod);
    const volumes = mayRun(state) ? await volumesOf(client, namespace, state.claims) : [];
    const container = notes[annotations.id];
    if (volumes.length > 0) found.push({ node, volumes, ...(container !== undefined && { container }) });
  }
  return found;
}

/** The volumes that some claims are bound to. */
export async function volumesOf(
  client: KubeClient,
  namespace: string,
  claims: readonly string[],
): Promise<readonly KubeObject[]> {
  const volumes = await Promise.all(
    claims.map(async (name) => {
      const claim = await client.get(objectKinds.persistentVolumeClaim, namespace, name);
      const volume = textAt(claim, "spec", "volumeName");
      return volume === "" ? undefined : client.get(objectKinds.persistentVolume, undefined, volume);
    }),
  );
  return volumes.filter((volume) => volume !== undefined);
}
