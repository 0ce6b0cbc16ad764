import { textAt } from "../../lib/json.ts";
import type { Volume } from "../../resource/kinds/volume.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import type { KubeObject } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { has } from "./has.ts";
import { putAll } from "./put-all.ts";
import type { Session } from "./session.ts";
import { claimName } from "./translate/names.ts";
import { objectsOf } from "./translate/objects-of.ts";

/** Asks for a part's state. One that is there keeps the storage that it has, whatever class is for new ones. */
export async function applyVolume(
  session: Session,
  step: ApplyStep,
  volume: Volume,
  context: ApplyContext,
): Promise<void> {
  const { site, storageClass } = session;
  const { commit } = context;
  const found = await classOf(session, volume, context.signal);
  const chosen = found === "" ? storageClass : found;
  const objects = objectsOf(volume, {
    site,
    facts: () => undefined,
    ...(chosen === undefined ? {} : { storageClass: chosen }),
    ...(commit === undefined ? {} : { commit }),
  });
  await putAll(session, step, objects, context);
}

/** The storage class that a volume has; "" for one that is not there. */
async function classOf({ client, site }: Session, volume: Volume, signal: AbortSignal): Promise<string> {
  const namespace = namespaceOf(site, volume.service);
  const live = await client.get(objectKinds.persistentVolumeClaim, namespace, claimName(volume), signal);
  return live?.metadata.deletionTimestamp === undefined ? textAt(live, "spec", "storageClassName") : "";
}

/** Whether somebody edited a claim. Its storage cannot be edited. */
export function volumeAmiss({ site }: Pick<Session, "site">, volume: Volume, live: KubeObject): string | undefined {
  const [wanted] = objectsOf(volume, { site, facts: () => undefined });
  return wanted === undefined || has(live, { ...wanted, spec: {} }) ? undefined : "edited";
}
