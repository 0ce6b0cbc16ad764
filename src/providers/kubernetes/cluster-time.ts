import type { KubeClient } from "./client/client.ts";

/**
 * What time it is by the cluster's clock, to the second, in milliseconds since the epoch: an object that is only pretended to be made says
 * when that was. Undefined when it does not. Problems: `CLUSTER_REFUSED`, `OBJECT_MISSING`, `QUOTA_EXCEEDED` where none may be made.
 */
export async function clusterTime(client: KubeClient, namespace: string): Promise<number | undefined> {
  const metadata = { name: "freehold-asks-for-the-time", namespace };
  const pretended = await client.create({ apiVersion: "v1", kind: "ConfigMap", metadata }, { dryRun: true });
  const time = Date.parse(pretended.metadata.creationTimestamp ?? "");
  return Number.isNaN(time) ? undefined : time;
}
