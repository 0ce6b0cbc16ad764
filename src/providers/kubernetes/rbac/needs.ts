import type { ObjectKind } from "../client/object.ts";
import { objectKinds } from "../client/object-kinds.ts";

/** Something that whoever brings a site up must be allowed, in the words of RBAC. */
export type Need = {
  readonly kind: ObjectKind;
  readonly subresource?: string;
  readonly verbs: readonly string[];
};

/** What Services get their addresses from, told from Kubernetes 1.33 on. */
const serviceCidr: ObjectKind = {
  apiVersion: "networking.k8s.io/v1",
  kind: "ServiceCIDR",
  plural: "servicecidrs",
  namespaced: false,
};

const keep = ["get", "list", "watch", "create", "patch", "delete"] as const;
const look = ["get", "list"] as const;

/** What a site's services are made of: within the namespaces of the site. */
export const inServices: readonly Need[] = [
  { kind: objectKinds.configMap, verbs: keep },
  { kind: objectKinds.secret, verbs: keep },
  { kind: objectKinds.service, verbs: keep },
  { kind: objectKinds.serviceAccount, verbs: keep },
  { kind: objectKinds.persistentVolumeClaim, verbs: keep },
  { kind: objectKinds.endpointSlice, verbs: keep },
  { kind: objectKinds.deployment, verbs: keep },
  { kind: objectKinds.statefulSet, verbs: keep },
  { kind: objectKinds.networkPolicy, verbs: keep },
  { kind: objectKinds.podDisruptionBudget, verbs: keep },
  { kind: objectKinds.lease, verbs: keep },
  { kind: objectKinds.pod, verbs: keep },
  // probes, logs and commands for people; a helper beside a container that has no shell
  { kind: objectKinds.pod, subresource: "log", verbs: ["get"] },
  { kind: objectKinds.pod, subresource: "exec", verbs: ["get", "create"] },
  { kind: objectKinds.pod, subresource: "ephemeralcontainers", verbs: ["patch"] },
  { kind: objectKinds.event, verbs: look },
];

/** What concerns the cluster as a whole: the namespaces themselves, and looking at what pods run on. */
export const inCluster: readonly Need[] = [
  { kind: objectKinds.namespace, verbs: keep },
  { kind: objectKinds.node, verbs: look },
  { kind: objectKinds.persistentVolume, verbs: look },
  { kind: objectKinds.storageClass, verbs: look },
  { kind: serviceCidr, verbs: ["list"] },
];

/** All of it: what somebody needs who brings a site up from outside. */
export const needs: readonly Need[] = [...inCluster, ...inServices];

/** What a controller may be asked to do beyond its site's own namespaces. Each brings a right that it has not otherwise. */
export type Duty = "lost nodes";

/** The rights that a duty brings. That only a node's taint may be changed by it is held by policy.ts: RBAC cannot say so. */
export const forDuty: Readonly<Record<Duty, readonly Need[]>> = {
  "lost nodes": [{ kind: objectKinds.node, verbs: [...look, "patch"] }],
};
