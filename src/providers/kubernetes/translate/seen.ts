import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";

/** Something that a pod has, and where its container sees it. */
export type Seen = { readonly volume: IVolume; readonly mounts: readonly IVolumeMount[] };
