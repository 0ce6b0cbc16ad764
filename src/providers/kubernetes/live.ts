import type { File } from "../../resource/kinds/file.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { KubeObject, ObjectKind } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { bytesByPath } from "./content-bytes.ts";
import type { Session } from "./session.ts";
import { type Shown, showInPods } from "./shown.ts";
import { labels } from "./translate/marks.ts";
import { containerIn, type Workload, workloadOf } from "./workload.ts";

/** Bytes of a file by which it is told that new content is seen. */
const largest = 256 * 1024;

/** The objects of a file before and after a change. */
export type Changing = { readonly before: readonly KubeObject[]; readonly after: readonly KubeObject[] };

/** Resolves when all who see a file live see what it has become. */
export async function showFile(session: Session, file: File, changing: Changing, signal: AbortSignal): Promise<void> {
  const different = differenceOf(changing);
  if (changing.before.length === 0 || different === undefined) return;
  for (const { container, pods } of await workloadsIn(session, namespaceOf(session.site, file.service), signal)) {
    const mount = container.mounts.find(({ source, live }) => live && source === file.id);
    if (mount === undefined) continue;
    await showInPods(session, pods, { ...different, path: `${mount.target}/current/${different.path}` }, signal);
  }
}

/** The smallest file that is another one than before, or one that is gone; undefined when nothing differs. */
function differenceOf({ before, after }: Changing): Shown | undefined {
  const [was, is] = [bytesByPath(before), bytesByPath(after)];
  const changed = [...is].filter(([path, bytes]) => was.get(path)?.equals(bytes) !== true);
  const [smallest] = changed.sort(([, a], [, b]) => a.length - b.length);
  if (smallest !== undefined) {
    const [path, bytes] = smallest;
    return bytes.length > largest ? undefined : { path, bytes };
  }
  const gone = [...was.keys()].find((path) => !is.has(path));
  return gone === undefined ? undefined : { path: gone };
}

/** The workloads of the site in a namespace, with their pods. */
export async function workloadsIn(
  { client, site }: Session,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly Workload[]> {
  const selection = { namespace, labels: `${labels.site}=${site}`, signal };
  const list = (kind: ObjectKind): Promise<KubeObject[]> => Array.fromAsync(client.list(kind, selection));
  const [deployments, statefulSets, pods] = await Promise.all([
    list(objectKinds.deployment),
    list(objectKinds.statefulSet),
    list(objectKinds.pod),
  ]);
  return [...deployments, ...statefulSets].flatMap((object) => {
    const container = containerIn(object);
    return container === undefined ? [] : [workloadOf(object, container, pods)];
  });
}
