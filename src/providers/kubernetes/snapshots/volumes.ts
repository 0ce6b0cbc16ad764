import { textAt } from "../../../lib/json.ts";
import type { Volume } from "../../../resource/kinds/volume.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import { parseResource } from "../../../resource/parse.ts";
import type { KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import type { Session } from "../session.ts";
import { annotations, labels } from "../translate/marks.ts";

/** One volume of a service's state, and the claim that it is. */
export type StateVolume = {
  readonly volume: Volume;
  readonly claim: string;
  readonly object: KubeObject;
  /** False until a pod has had it: then there is nothing in it. */
  readonly bound: boolean;
};

/** The volumes of a service, by the name of their claims. */
export async function stateVolumes({ client, site }: Session, service: string): Promise<readonly StateVolume[]> {
  const found: StateVolume[] = [];
  const selection = { namespace: namespaceOf(site, service), labels: `${labels.site}=${site},${labels.kind}=volume` };
  for await (const object of client.list(objectKinds.persistentVolumeClaim, selection)) {
    const volume = parseResource(object.metadata.annotations?.[annotations.resource] ?? "");
    if (volume?.kind !== "volume" || object.metadata.deletionTimestamp !== undefined) continue;
    const bound = textAt(object, "status", "phase") !== "Pending";
    found.push({ volume, claim: object.metadata.name, object, bound });
  }
  return found.sort((a, b) => (a.claim < b.claim ? -1 : 1));
}
