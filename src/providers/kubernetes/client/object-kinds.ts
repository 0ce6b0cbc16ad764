import type { ObjectKind } from "./object.ts";

function kind(apiVersion: string, name: string, plural: string): ObjectKind {
  return { apiVersion, kind: name, plural, namespaced: true };
}

function clusterWide(apiVersion: string, name: string, plural: string): ObjectKind {
  return { apiVersion, kind: name, plural, namespaced: false };
}

/** The kinds that freehold itself writes or reads, all of them stable since Kubernetes 1.25. Others are found by discovery. */
export const objectKinds = {
  configMap: kind("v1", "ConfigMap", "configmaps"),
  endpoints: kind("v1", "Endpoints", "endpoints"),
  event: kind("v1", "Event", "events"),
  limitRange: kind("v1", "LimitRange", "limitranges"),
  namespace: clusterWide("v1", "Namespace", "namespaces"),
  node: clusterWide("v1", "Node", "nodes"),
  persistentVolume: clusterWide("v1", "PersistentVolume", "persistentvolumes"),
  persistentVolumeClaim: kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
  pod: kind("v1", "Pod", "pods"),
  resourceQuota: kind("v1", "ResourceQuota", "resourcequotas"),
  secret: kind("v1", "Secret", "secrets"),
  service: kind("v1", "Service", "services"),
  serviceAccount: kind("v1", "ServiceAccount", "serviceaccounts"),
  controllerRevision: kind("apps/v1", "ControllerRevision", "controllerrevisions"),
  daemonSet: kind("apps/v1", "DaemonSet", "daemonsets"),
  deployment: kind("apps/v1", "Deployment", "deployments"),
  replicaSet: kind("apps/v1", "ReplicaSet", "replicasets"),
  statefulSet: kind("apps/v1", "StatefulSet", "statefulsets"),
  cronJob: kind("batch/v1", "CronJob", "cronjobs"),
  job: kind("batch/v1", "Job", "jobs"),
  lease: kind("coordination.k8s.io/v1", "Lease", "leases"),
  endpointSlice: kind("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
  ingress: kind("networking.k8s.io/v1", "Ingress", "ingresses"),
  networkPolicy: kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
  podDisruptionBudget: kind("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
  clusterRole: clusterWide("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles"),
  clusterRoleBinding: clusterWide("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings"),
  role: kind("rbac.authorization.k8s.io/v1", "Role", "roles"),
  roleBinding: kind("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"),
  storageClass: clusterWide("storage.k8s.io/v1", "StorageClass", "storageclasses"),
} as const satisfies Record<string, ObjectKind>;

const byName: ReadonlyMap<string, ObjectKind> = new Map(
  Object.values(objectKinds).map((one) => [`${one.apiVersion}/${one.kind}`, one]),
);

/** The kind that an object says it is, when it is in the table. */
export function knownKind(object: { readonly apiVersion: string; readonly kind: string }): ObjectKind | undefined {
  return byName.get(`${object.apiVersion}/${object.kind}`);
}
