import type { Container } from "../../../resource/kinds/container.ts";
import type { Link } from "../../../resource/kinds/link.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { Resource } from "../../../resource/resource.ts";
import { isAddress } from "./addresses.ts";
import {
  bundleName,
  certificateName,
  claimName,
  fileName,
  imageName,
  linkNames,
  secretName,
  visitedName,
  visitorsName,
  workloadName,
} from "./names.ts";

/** Names one object. */
export type ObjectName = {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for what is in no namespace. */
  readonly namespace?: string;
  readonly name: string;
  /** Several resources share it: it goes only when none of them is left. */
  readonly shared?: true;
};

const core = { apiVersion: "v1" } as const;
const policy = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" } as const;

/**
 * The objects that belong to a resource, the main one first, without knowing what is in them. Some may not exist (a service without
 * visitors has no policy for them). Further pieces of a large file are not among them: they bear the label `of`, and a list by it
 * finds them.
 */
export function namesOf(site: string, resource: Resource): readonly ObjectName[] {
  const namespace = namespaceOf(site, resource.service);
  switch (resource.kind) {
    case "network":
      return [
        { ...core, kind: "Namespace", name: namespace },
        { ...policy, namespace, name: "default" },
        { ...core, kind: "ServiceAccount", namespace, name: "service" },
      ];
    case "container":
      return containerObjects(namespace, resource);
    case "volume":
      return [{ ...core, kind: "PersistentVolumeClaim", namespace, name: claimName(resource) }];
    case "file":
      return [{ ...core, kind: resource.secret ? "Secret" : "ConfigMap", namespace, name: fileName(resource.id) }];
    case "secret":
      return [{ ...core, kind: "Secret", namespace, name: secretName(resource.part) }];
    case "certificate":
      return [
        { ...core, kind: "Secret", namespace, name: certificateName(resource) },
        ...(resource.service === "front"
          ? [{ ...core, kind: "Secret", namespace, name: bundleName(resource), shared: true } as const]
          : []),
      ];
    case "image":
      return [{ ...core, kind: "ConfigMap", namespace: namespaceOf(site, "front"), name: imageName(resource.id) }];
    case "link":
      return linkObjects(site, namespace, resource);
    case "manifest": {
      const { apiVersion, kind, metadata } = resource.object;
      return [{ apiVersion, kind, namespace: resource.namespace, name: metadata.name }];
    }
  }
}

/** Whether a container keeps state: it is a StatefulSet then, else a Deployment. */
export function keepsState({ mounts }: Pick<Container, "mounts">): boolean {
  return mounts.some(({ source }) => source.startsWith("volume/"));
}

function containerObjects(namespace: string, container: Container): readonly ObjectName[] {
  const { part, cluster } = container;
  const name = workloadName(container);
  const visited = visitedName(container);
  const service = { ...core, kind: "Service", namespace } as const;
  return [
    { apiVersion: "apps/v1", kind: keepsState(container) ? "StatefulSet" : "Deployment", namespace, name },
    { ...service, name: part },
    ...(visited === part ? [] : [{ ...service, name: visited }]),
    ...(cluster?.whole === undefined ? [] : [{ ...service, name: cluster.whole.name, shared: true } as const]),
    { ...policy, namespace, name: visitorsName(part) },
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget", namespace, name },
  ];
}

function linkObjects(site: string, namespace: string, { id, to, alias }: Link): readonly ObjectName[] {
  const { egress, ingress } = linkNames(id);
  const names: ObjectName[] = [{ ...policy, namespace, name: egress }];
  if ("service" in to) names.push({ ...policy, namespace: namespaceOf(site, to.service), name: ingress });
  if (alias === undefined) return names;
  names.push({ ...core, kind: "Service", namespace, name: alias.name, shared: true });
  if (isAddress(alias.target))
    names.push({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      namespace,
      name: alias.name,
      shared: true,
    });
  return names;
}
