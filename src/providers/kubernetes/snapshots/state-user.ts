import { at, listAt, numberAt, textAt } from "../../../lib/json.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import type { Session } from "../session.ts";
import { labels } from "../translate/marks.ts";

/** Whom a pod runs as that reads and writes state: absent is root, who may do so with everybody's files. */
export type StateUser = { readonly uid: number; readonly gid: number; readonly group: number };

const level = "pod-security.kubernetes.io/enforce";

/**
 * Who may copy a volume so that all of it stays as it is. Where the namespace bears root, root. Else nobody in it ever was anything but
 * the one user of its part, whose all files are then; `known` is that user where no part is there to tell any more.
 */
export async function userOfState(
  { client, site }: Session,
  service: string,
  claim: string,
  known?: StateUser,
): Promise<StateUser | undefined> {
  const namespace = namespaceOf(site, service);
  const found = await client.get(objectKinds.namespace, undefined, namespace);
  if (found?.metadata.labels?.[level] !== "restricted") return undefined;
  for (const kind of [objectKinds.statefulSet, objectKinds.deployment]) {
    for await (const workload of client.list(kind, { namespace, labels: `${labels.site}=${site}` })) {
      const user = userIn(workload, claim);
      if (user !== undefined) return user;
    }
  }
  return known ?? { uid: nobody, gid: nobody, group: nobody };
}

/** Nobody's number in most systems; for a volume that nobody has used yet. */
const nobody = 65_534;

function userIn(workload: KubeObject, claim: string): StateUser | undefined {
  const pod = at(workload, "spec", "template", "spec");
  const isOf = (volume: unknown): boolean => textAt(volume, "persistentVolumeClaim", "claimName") === claim;
  if (!listAt(pod, "volumes").some(isOf)) return undefined;
  const [main] = listAt(pod, "containers");
  const uid = numberAt(main, "securityContext", "runAsUser") || numberAt(pod, "securityContext", "runAsUser");
  if (uid === 0) return undefined;
  const gid = numberAt(main, "securityContext", "runAsGroup") || numberAt(pod, "securityContext", "runAsGroup") || uid;
  return { uid, gid, group: numberAt(pod, "securityContext", "fsGroup") || gid };
}
