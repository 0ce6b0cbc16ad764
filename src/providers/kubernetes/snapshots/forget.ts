import { namespaceOf } from "../../../resource/namespace.ts";
import { objectKinds } from "../client/object-kinds.ts";
import type { Session } from "../session.ts";
import { labels } from "../translate/marks.ts";
import { removeClaim } from "./claims.ts";
import { readRecords, removeRecord } from "./record.ts";
import { stateKind } from "./state-pod.ts";
import { stateVolumes } from "./volumes.ts";

/** With the last volume of a service its snapshots go. To be called when one was removed. */
export async function forgetSnapshots(session: Session, service: string, signal: AbortSignal): Promise<void> {
  if ((await stateVolumes(session, service)).length > 0) return;
  for (const { name } of await readRecords(session, service)) await removeRecord(session, service, name);
  const { client, site } = session;
  const selection = {
    namespace: namespaceOf(site, service),
    labels: `${labels.site}=${site},${labels.kind}=${stateKind}`,
  };
  for await (const { metadata } of client.list(objectKinds.pod, selection))
    await client.remove(objectKinds.pod, metadata.namespace, metadata.name, { propagation: "Background", grace: 1 });
  for (const { metadata } of await Array.fromAsync(client.list(objectKinds.persistentVolumeClaim, selection)))
    await removeClaim(session, service, metadata.name, signal);
}
