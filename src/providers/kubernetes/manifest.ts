import { fail } from "../../lib/problem.ts";
import type { Manifest } from "../../resource/kinds/manifest.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import type { KubeClient, KubeObject, ObjectKind } from "./client/client.ts";
import { isProblem } from "./foreign.ts";
import { waitUntilGone } from "./gone.ts";
import { has } from "./has.ts";
import { putAll } from "./put-all.ts";
import type { Session } from "./session.ts";
import { take } from "./take.ts";
import { manifestObjects } from "./translate/manifest.ts";
import { labels } from "./translate/marks.ts";
import { namesOf } from "./translate/names-of.ts";

/** Applies an object that a person wrote, after what remembers it. Problem: `MANIFEST_CLUSTER_WIDE`. */
export async function applyManifest(
  session: Session,
  step: ApplyStep,
  manifest: Manifest,
  context: ApplyContext,
): Promise<void> {
  const objects = manifestObjects(session.site, manifest);
  const kind = await session.client.kindOf(objects[1]);
  if (!kind.namespaced)
    fail(
      "MANIFEST_CLUSTER_WIDE",
      `expected an object of a namespace in ${manifest.id}, got a ${kind.kind}, which is in none`,
      {
        hint: "apply it with kubectl: what belongs to the whole cluster belongs to no service",
      },
    );
  await putAll(session, step, objects, context);
}

/** What is the matter with an object that a person wrote. */
export async function manifestAmiss({ client, site }: Session, manifest: Manifest): Promise<string | undefined> {
  const [, own] = manifestObjects(site, manifest);
  const kind = await kindOf(client, own);
  const live = kind && (await client.get(kind, own.metadata.namespace, own.metadata.name));
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return "missing";
  return has(live, own) ? undefined : "edited";
}

/** Takes such an object away, then what remembered it. */
export async function removeManifest(session: Session, manifest: Manifest, signal: AbortSignal): Promise<void> {
  const { client, site } = session;
  const [, own] = manifestObjects(site, manifest);
  const kind = await kindOf(client, own);
  const { name, namespace } = own.metadata;
  const live = kind && (await client.get(kind, namespace, name, signal));
  if (kind !== undefined && live?.metadata.labels?.[labels.site] === site) {
    const { uid } = live.metadata;
    const only = uid === undefined ? {} : { uid };
    await client.remove(kind, namespace, name, { ...only, propagation: "Foreground", signal });
    await waitUntilGone(session, { kind, namespace, name, uid }, signal);
  }
  for (const record of namesOf(site, manifest)) await take(session, manifest, record, signal);
}

/** The kind of an object; undefined when the cluster has no such kind any more, and no object of it either. */
async function kindOf(client: KubeClient, object: KubeObject): Promise<ObjectKind | undefined> {
  try {
    return await client.kindOf(object);
  } catch (thrown) {
    if (isProblem(thrown, "KIND_UNKNOWN")) return undefined;
    throw thrown;
  }
}
