import { listAt, textAt } from "../../lib/json.ts";
import type { Resource } from "../../resource/resource.ts";
import type { KubeObject } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { waitUntilGone } from "./gone.ts";
import { isOurs } from "./put.ts";
import type { Session } from "./session.ts";
import { managerOf } from "./translate/manager-of.ts";
import { annotations, labels } from "./translate/marks.ts";
import type { ObjectName } from "./translate/names-of.ts";

/**
 * Takes an object of a resource away, and resolves when it is gone. Fine when it is gone already; one that is somebody else's, or another
 * resource's, stays. Of one that several share only this resource's share goes, while others have theirs.
 */
export async function take(
  session: Session,
  resource: Resource,
  named: ObjectName,
  signal: AbortSignal,
): Promise<void> {
  const { client, site } = session;
  const { kind, namespace, name } = named;
  const live = await client.get(kind, namespace, name, signal);
  if (live === undefined || live.metadata.labels?.[labels.site] !== site) return;
  if (named.shared === true) {
    const manager = managerOf(resource, named);
    if (!othersShare(live, manager)) return remove(session, named, live, signal);
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    await client.apply({ apiVersion: kind.apiVersion, kind: kind.kind, metadata }, { force: false, manager, signal });
    return;
  }
  if (live.metadata.annotations?.[annotations.id] === resource.id) await remove(session, named, live, signal);
}

async function remove(session: Session, named: ObjectName, live: KubeObject, signal: AbortSignal): Promise<void> {
  const { kind, namespace, name } = named;
  const { uid } = live.metadata;
  const isWorkload = kind === objectKinds.deployment || kind === objectKinds.statefulSet;
  await session.client.remove(kind, namespace, name, {
    ...(uid === undefined ? {} : { uid }),
    // its pods are gone when it is
    propagation: isWorkload ? "Foreground" : "Background",
    signal,
  });
  await waitUntilGone(session, { kind, namespace, name, uid }, signal);
}

function othersShare(live: KubeObject, manager: string): boolean {
  return listAt(live, "metadata", "managedFields").some((entry) => {
    const other = textAt(entry, "manager");
    return textAt(entry, "operation") === "Apply" && isOurs(other) && other !== manager;
  });
}
