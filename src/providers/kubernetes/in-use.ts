import { listAt, textAt } from "../../lib/json.ts";
import type { ResourceId } from "../../resource/base.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import { objectKinds } from "./client/object-kinds.ts";
import type { Session } from "./session.ts";
import { labels } from "./translate/marks.ts";
import { ofLabel } from "./translate/names.ts";

/**
 * Whether anybody may still talk with pods of a container that are on their way out. Kubernetes leads nobody to a pod that leaves, and
 * lets it finish what it has begun: while there is one it is in use.
 */
export async function inUse({ client, site }: Session, id: ResourceId): Promise<boolean> {
  const [, service = ""] = id.split("/");
  const selection = {
    namespace: namespaceOf(site, service),
    labels: `${labels.site}=${site},${labels.of}=${ofLabel(id)}`,
  };
  for await (const pod of client.list(objectKinds.pod, selection)) {
    if (pod.metadata.deletionTimestamp === undefined) continue;
    const runs = listAt(pod, "status", "containerStatuses").some(
      (each) => textAt(each, "state", "running", "startedAt") !== "",
    );
    if (runs) return true;
  }
  return false;
}
