import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { sharedMarks } from "../translate/marks.ts";
import { type Duty, forDuty, inCluster, inServices, type Need } from "./needs.ts";

const api = "rbac.authorization.k8s.io";
const apiVersion = `${api}/v1`;

/** What the controller is called: its Deployment, its ServiceAccount, and the RoleBinding that lets it work in a namespace. */
export const controllerName = "controller";
export const bindingName = "freehold-controller";

/** What there is of a site beside its namespaces: its two ClusterRoles and its policy. */
export function clusterNames(site: string): { readonly cluster: string; readonly service: string } {
  return { cluster: `freehold:${site}`, service: `freehold:${site}:service` };
}

/** Who the controller of a site is to the API server. */
export function controllerUser(site: string): string {
  return `system:serviceaccount:${namespaceOf(site, "front")}:${controllerName}`;
}

/**
 * What the controller of a site may do. In the whole cluster: look after namespaces, see nodes, volumes and the workloads that stand there
 * (but no Secret and no ConfigMap), and bind one role, its own for services. In each namespace of the site that binding lets it do the rest.
 * That namespaces and bindings are the site's alone is held by the policy of policy.ts. `duties`: what it is asked to do beyond that.
 */
export function controllerRoles(site: string, duties: readonly Duty[] = []): readonly KubeObject[] {
  const { cluster, service } = clusterNames(site);
  const { labels } = sharedMarks(site, "front");
  return [
    { apiVersion, kind: "ClusterRole", metadata: { name: service, labels }, rules: inServices.map(ruleOf) },
    {
      apiVersion,
      kind: "ClusterRole",
      metadata: { name: cluster, labels },
      rules: [
        ...inCluster.map(ruleOf),
        ...seen.map((kind) => ruleOf({ kind, verbs: ["get", "list", "watch"] })),
        ...duties.flatMap((duty) => forDuty[duty].map(ruleOf)),
        ruleOf({ kind: objectKinds.roleBinding, verbs: ["get", "create", "patch"] }),
        { apiGroups: [api], resources: ["clusterroles"], verbs: ["bind"], resourceNames: [service] },
      ],
    },
    {
      apiVersion,
      kind: "ClusterRoleBinding",
      metadata: { name: cluster, labels },
      roleRef: { apiGroup: api, kind: "ClusterRole", name: cluster },
      subjects: [subjectOf(site)],
    },
  ];
}

/** Kinds that are read across namespaces, since one look at all is what keeps a cluster's server quiet. */
const seen = [
  objectKinds.service,
  objectKinds.serviceAccount,
  objectKinds.persistentVolumeClaim,
  objectKinds.endpointSlice,
  objectKinds.deployment,
  objectKinds.statefulSet,
  objectKinds.networkPolicy,
  objectKinds.podDisruptionBudget,
  objectKinds.pod,
] as const;

/** Kinds that hold what is nobody else's business: read in the namespaces of the site only. */
export const closed = [objectKinds.secret, objectKinds.configMap] as const;

/** What lets the controller work in one namespace of its site. */
export function serviceBinding(site: string, namespace: string, service: string): KubeObject {
  return {
    apiVersion,
    kind: "RoleBinding",
    metadata: { name: bindingName, namespace, labels: sharedMarks(site, service).labels },
    roleRef: { apiGroup: api, kind: "ClusterRole", name: clusterNames(site).service },
    subjects: [subjectOf(site)],
  };
}

function subjectOf(site: string) {
  return { kind: "ServiceAccount", name: controllerName, namespace: namespaceOf(site, "front") };
}

function ruleOf({ kind, subresource, verbs }: Need) {
  const group = kind.apiVersion.includes("/") ? kind.apiVersion.replace(/\/.*/, "") : "";
  const resource = subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;
  return { apiGroups: [group], resources: [resource], verbs: [...verbs] };
}
