import { mailbox } from "../../lib/mailbox.ts";
import { digest } from "../../resource/digest.ts";
import type { Changed } from "../provider.ts";
import type { ObjectKind } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { described } from "./described.ts";
import { objectKey } from "./inventory.ts";
import type { Session } from "./session.ts";
import { labels } from "./translate/marks.ts";

/** What is watched, and what it is called when somebody changed it. Pods come and go by themselves: nobody is told of them. */
const watched: readonly (readonly [ObjectKind, Changed])[] = [
  [objectKinds.namespace, "network"],
  [objectKinds.service, "network"],
  [objectKinds.serviceAccount, "network"],
  [objectKinds.networkPolicy, "firewall"],
  [objectKinds.deployment, "container"],
  [objectKinds.statefulSet, "container"],
  [objectKinds.podDisruptionBudget, "container"],
  [objectKinds.configMap, "file"],
  [objectKinds.secret, "file"],
  [objectKinds.persistentVolumeClaim, "state"],
];

/**
 * What is changed of a site, by whomever, as the cluster tells: what is described, not how it does. Costs a connection for each kind, and
 * nothing while nothing changes. Problem: `CLUSTER_REFUSED`.
 */
export async function* clusterChanges(session: Session, signal: AbortSignal): AsyncGenerator<Changed> {
  const end = new AbortController();
  const until = AbortSignal.any([signal, end.signal]);
  const box = mailbox<Changed>();
  const watching = watched.map(([kind, what]) =>
    watchKind(session, kind, () => box.post(what), until).catch(box.break),
  );
  try {
    yield* box.read(signal);
  } finally {
    end.abort();
    await Promise.all(watching);
  }
}

async function watchKind(
  { client, site }: Session,
  kind: ObjectKind,
  tell: () => void,
  signal: AbortSignal,
): Promise<void> {
  const selection = { labels: `${labels.site}=${site}`, signal };
  let known: Map<string, string> | undefined;
  try {
    for await (const event of client.watch(kind, selection)) {
      if (event.type === "RELIST") {
        const now = new Map<string, string>();
        for await (const object of client.list(kind, selection)) now.set(objectKey(object), digest(described(object)));
        if (known !== undefined && !areSame(known, now)) tell();
        known = now;
        continue;
      }
      const key = objectKey(event.object);
      const before = known?.get(key);
      if (event.type === "DELETED") known?.delete(key);
      else known?.set(key, digest(described(event.object)));
      if (before !== known?.get(key)) tell();
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}

function areSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
