import { textAt } from "../../lib/json.ts";
import type { Volume } from "../../resource/kinds/volume.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { ApplyContext } from "../provider.ts";
import type { KubeObject } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { has } from "./has.ts";
import { put } from "./put.ts";
import type { Session } from "./session.ts";
import { claimName } from "./translate/names.ts";
import { objectsOf } from "./translate/objects-of.ts";

/** Asks for a part's state. One that is there keeps the storage that it has, whatever class is for new ones. */
export async function applyVolume(session: Session, volume: Volume, { signal, commit }: ApplyContext): Promise<void> {
  const { client, site, storageClass } = session;
  const namespace = namespaceOf(site, volume.service);
  const live = await client.get(objectKinds.persistentVolumeClaim, namespace, claimName(volume), signal);
  const found = live?.metadata.deletionTimestamp === undefined ? textAt(live, "spec", "storageClassName") : "";
  const chosen = found === "" ? storageClass : found;
  const objects = objectsOf(volume, {
    site,
    facts: () => undefined,
    ...(chosen === undefined ? {} : { storageClass: chosen }),
    ...(commit === undefined ? {} : { commit }),
  });
  for (const object of objects) await put(session, object, { resource: volume, signal });
}

/** Whether somebody edited a claim. Its storage cannot be edited. */
export function volumeAmiss({ site }: Pick<Session, "site">, volume: Volume, live: KubeObject): string | undefined {
  const [wanted] = objectsOf(volume, { site, facts: () => undefined });
  return wanted === undefined || has(live, { ...wanted, spec: {} }) ? undefined : "edited";
}
