import { namespaceOf } from "../../resource/namespace.ts";
import type { KubeObject } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { isProblem, refuseForeign } from "./foreign.ts";
import { waitUntilGone } from "./gone.ts";
import type { Session } from "./session.ts";
import { annotations, labels, sharedMarks } from "./translate/marks.ts";

/**
 * Makes the namespace of a service where there is none yet: state, files and images may come before the network that it is. One that is on
 * its way out is waited for. Problem: `OBJECT_FOREIGN`.
 */
export async function ensureNamespace(
  session: Session,
  service: string,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  const { client, site } = session;
  const owner = namespace === namespaceOf(site, "front") ? "front" : service;
  for (;;) {
    const live = await client.get(objectKinds.namespace, undefined, namespace, signal);
    if (live !== undefined) refuseForeign(session, live);
    if (live !== undefined && live.metadata.deletionTimestamp === undefined) return;
    if (live !== undefined) await waitUntilGone(session, { kind: objectKinds.namespace, name: namespace }, signal);
    const metadata = { name: namespace, labels: sharedMarks(site, owner).labels };
    try {
      await client.apply({ apiVersion: "v1", kind: "Namespace", metadata }, { force: false, signal });
      return;
    } catch (thrown) {
      if (!isProblem(thrown, "NAMESPACE_ENDING", "OBJECT_EXISTS")) throw thrown;
    }
  }
}

/** Namespaces that were found to be a site's, by what looked: it does not look again before each thing that it puts there. */
const own = new WeakMap<Session, Set<string>>();

/** The same as {@link ensureNamespace}, asked once for each namespace: one that goes later is noticed when something is put there. */
export async function ownNamespace(
  session: Session,
  service: string,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  const known = own.get(session) ?? new Set();
  own.set(session, known);
  if (known.has(namespace)) return;
  await ensureNamespace(session, service, namespace, signal);
  known.add(namespace);
}

/** Takes a namespace for the site's without a look: the site has just made it. */
export function rememberOwn(session: Session, namespace: string): void {
  const known = own.get(session) ?? new Set();
  own.set(session, known.add(namespace));
}

/** What may still be in a namespace that nobody may take away with it. */
const kept = [
  objectKinds.persistentVolumeClaim,
  objectKinds.deployment,
  objectKinds.statefulSet,
  objectKinds.configMap,
  objectKinds.secret,
  objectKinds.pod,
] as const;

/** Whether nothing is left in a namespace that anybody would miss. */
export async function isEmpty({ client }: Session, namespace: string, signal: AbortSignal): Promise<boolean> {
  for (const kind of kept) {
    for await (const object of client.list(kind, { namespace, signal })) if (!isClusters(object)) return false;
  }
  return true;
}

/**
 * Removes a namespace that is no network any more, once nothing of the site is left in it; to be called whenever something in it was
 * removed. Resolves when it is gone.
 */
export async function sweepNamespace(session: Session, namespace: string, signal: AbortSignal): Promise<void> {
  const { client, site } = session;
  const live = await client.get(objectKinds.namespace, undefined, namespace, signal);
  if (live?.metadata.labels?.[labels.site] !== site || isNetwork(live)) return;
  if (await isEmpty(session, namespace, signal)) await removeNamespace(session, live, signal);
}

/** Removes a namespace with all that is in it, and resolves when it is gone. */
export async function removeNamespace(session: Session, { metadata }: KubeObject, signal: AbortSignal): Promise<void> {
  const { name, uid } = metadata;
  const only = uid === undefined ? {} : { uid };
  await session.client.remove(objectKinds.namespace, undefined, name, { ...only, propagation: "Background", signal });
  await waitUntilGone(session, { kind: objectKinds.namespace, name, uid }, signal);
}

/** Whether a namespace is a network of the site, rather than what was left of one or made before it. */
export function isNetwork({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[annotations.resource] !== undefined;
}

/** What every namespace has of the cluster itself, and what is on its way out by itself. */
function isClusters({ kind, metadata }: KubeObject): boolean {
  if (metadata.deletionTimestamp !== undefined && kind === "Pod") return true;
  return kind === "ConfigMap" && metadata.name === "kube-root-ca.crt";
}
