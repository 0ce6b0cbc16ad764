import { textAt, textsAt } from "../../lib/json.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { KubeClient, KubeObject } from "./client/client.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { type PodState, podState } from "./pod.ts";
import type { Session } from "./session.ts";
import { workloadName } from "./translate/names.ts";
import { keepsState } from "./translate/names-of.ts";

/** The workload of a container as it is now; undefined when there is none, or it is being removed. */
export async function workloadObject(
  { site, client }: Pick<Session, "site" | "client">,
  container: Container,
): Promise<KubeObject | undefined> {
  const kind = keepsState(container) ? objectKinds.statefulSet : objectKinds.deployment;
  const found = await client.get(kind, namespaceOf(site, container.service), workloadName(container));
  return found?.metadata.deletionTimestamp === undefined ? found : undefined;
}

/** The pods that a workload has, also those that leave, the oldest first. */
export async function podStates(client: KubeClient, workload: KubeObject): Promise<readonly PodState[]> {
  return (await allPodsOf(client, workload)).map(podState);
}

/** The same, as the cluster tells them. */
export async function allPodsOf(client: KubeClient, workload: KubeObject): Promise<readonly KubeObject[]> {
  const { namespace = "" } = workload.metadata;
  const labels = [...textsAt(workload, "spec", "selector", "matchLabels")].map(([key, value]) => `${key}=${value}`);
  const pods = await Array.fromAsync(client.list(objectKinds.pod, { namespace, labels: labels.join(",") }));
  const born = (pod: KubeObject): string => textAt(pod, "metadata", "creationTimestamp") + pod.metadata.name;
  return pods.sort((a, b) => (born(a) < born(b) ? -1 : 1));
}
