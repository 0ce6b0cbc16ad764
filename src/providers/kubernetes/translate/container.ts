import type { IDeploymentSpec } from "kubernetes-models/apps/v1/DeploymentSpec";
import type { IStatefulSetSpec } from "kubernetes-models/apps/v1/StatefulSetSpec";
import type { IPodDisruptionBudgetSpec } from "kubernetes-models/policy/v1/PodDisruptionBudgetSpec";
import type { Container } from "../../../resource/kinds/container.ts";
import type { KubeObject } from "../client/object.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { labels } from "./marks.ts";
import { workloadName } from "./names.ts";
import { keepsState } from "./names-of.ts";
import { furtherObject, mainObject } from "./object.ts";
import { podTemplate } from "./pod.ts";
import { serviceObjects } from "./service.ts";
import type { Translation } from "./translation.ts";
import { visitorsObjects } from "./visitors.ts";

/** Seconds for which a new pod must be ready before an old one goes for it. */
const settled = 3;

/** A part: what runs its pods, its names, who may visit it, and how many of it may be away when nodes are emptied. */
export function containerObjects(container: Container, translation: Translation): readonly KubeObject[] {
  const name = workloadName(container);
  const main = keepsState(container)
    ? mainObject(objectKinds.statefulSet, name, container, translation, { spec: statefulSet(container, translation) })
    : mainObject(objectKinds.deployment, name, container, translation, { spec: deployment(container, translation) });
  return [
    main,
    ...serviceObjects(container, translation),
    ...visitorsObjects(container, translation),
    ...budget(container, translation),
  ];
}

function deployment(container: Container, translation: Translation): IDeploymentSpec {
  const { check } = container;
  return {
    replicas: replicasOf(container),
    selector: selectorOf(container),
    strategy: strategyOf(container),
    minReadySeconds: settled,
    progressDeadlineSeconds: Math.ceil(check.within / 1000) + 300, // an image may have to be fetched
    revisionHistoryLimit: 2,
    template: podTemplate(container, translation),
  };
}

/**
 * State is never used by two at once: a StatefulSet makes a pod anew only when the old one is known to be gone. `Parallel`, since it
 * would else wait for ever for a pod that never becomes ready before it tries the next version.
 */
function statefulSet(container: Container, translation: Translation): IStatefulSetSpec {
  return {
    replicas: replicasOf(container),
    serviceName: container.part,
    podManagementPolicy: "Parallel",
    selector: selectorOf(container),
    updateStrategy: { type: "RollingUpdate" },
    revisionHistoryLimit: 2,
    template: podTemplate(container, translation),
  };
}

/** A single one that must not run twice goes before the next comes; of several that may run side by side, one after the other does. */
function strategyOf({ cluster }: Container): IDeploymentSpec["strategy"] & object {
  if (cluster?.startFirst === true) return { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  if (cluster === undefined || cluster.replicas === 1) return { type: "Recreate" };
  return { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
}

/** For several replicas alone: a budget for a single one would keep its node from ever being emptied. */
function budget(container: Container, translation: Translation): readonly KubeObject[] {
  if (replicasOf(container) < 2) return [];
  const spec: IPodDisruptionBudgetSpec = { maxUnavailable: 1, selector: selectorOf(container) };
  return [furtherObject(objectKinds.podDisruptionBudget, workloadName(container), container, translation, { spec })];
}

function selectorOf({ part }: Container) {
  return { matchLabels: { [labels.part]: part } };
}

function replicasOf({ cluster }: Container): number {
  return cluster?.replicas ?? 1;
}
