import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { Container } from "../../../resource/kinds/container.ts";
import { labels } from "./marks.ts";

const topologyKey = "kubernetes.io/hostname";

/** Replicas stand on different nodes where there are several; where there is room on one only, they stand there together. */
export function spreading({ part, cluster }: Container): Pick<IPodSpec, "affinity" | "topologySpreadConstraints"> {
  if (cluster === undefined || cluster.replicas < 2) return {};
  const labelSelector = { matchLabels: { [labels.part]: part } };
  const term = { weight: 100, podAffinityTerm: { topologyKey, labelSelector } };
  return {
    affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [term] } },
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey, whenUnsatisfiable: "ScheduleAnyway", labelSelector }],
  };
}
