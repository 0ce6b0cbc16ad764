import type { IPersistentVolumeClaimSpec } from "kubernetes-models/v1/PersistentVolumeClaimSpec";
import type { Volume } from "../../../resource/kinds/volume.ts";
import type { KubeObject } from "../client/object.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { claimName } from "./names.ts";
import { mainObject } from "./object.ts";
import type { Translation } from "./translation.ts";

/** What is asked for: the language of a site knows no sizes of state. Many storage classes do not hold anybody to it. */
const size = "10Gi";

/** A part's state: a claim of its own rather than of a StatefulSet's template, so that it is there before and after its part. */
export function volumeObjects(volume: Volume, translation: Translation): readonly KubeObject[] {
  const { storageClass } = translation;
  const spec: IPersistentVolumeClaimSpec = {
    accessModes: ["ReadWriteOnce"],
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    resources: { requests: { storage: size } },
  };
  return [mainObject(objectKinds.persistentVolumeClaim, claimName(volume), volume, translation, { spec })];
}
