import type { Container } from "../../../resource/kinds/container.ts";
import type { Link } from "../../../resource/kinds/link.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { Resource } from "../../../resource/resource.ts";
import type { ObjectKind } from "../client/object.ts";
import { knownKind, objectKinds } from "../client/object-kinds.ts";
import { isAddress } from "./addresses.ts";
import { manifestName } from "./manifest.ts";
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
  /** Without its plural ("") where a person wrote an object of a kind that we do not know: ask the cluster then. */
  readonly kind: ObjectKind;
  /** Absent for what is in no namespace. */
  readonly namespace?: string;
  readonly name: string;
  /** Several resources share it: it goes only when none of them is left. */
  readonly shared?: true;
};

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
        { kind: objectKinds.namespace, name: namespace },
        { kind: objectKinds.networkPolicy, namespace, name: "default" },
        { kind: objectKinds.serviceAccount, namespace, name: "service" },
      ];
    case "container":
      return containerObjects(namespace, resource);
    case "volume":
      return [{ kind: objectKinds.persistentVolumeClaim, namespace, name: claimName(resource) }];
    case "file":
      return [
        { kind: resource.secret ? objectKinds.secret : objectKinds.configMap, namespace, name: fileName(resource.id) },
      ];
    case "secret":
      return [{ kind: objectKinds.secret, namespace, name: secretName(resource.part) }];
    case "certificate":
      return [
        { kind: objectKinds.secret, namespace, name: certificateName(resource) },
        ...(resource.service === "front"
          ? [{ kind: objectKinds.secret, namespace, name: bundleName(resource), shared: true } as const]
          : []),
      ];
    case "image":
      return [{ kind: objectKinds.configMap, namespace: namespaceOf(site, "front"), name: imageName(resource.id) }];
    case "link":
      return linkObjects(site, namespace, resource);
    case "manifest": {
      const { object } = resource;
      const kind = knownKind(object) ?? {
        apiVersion: object.apiVersion,
        kind: object.kind,
        plural: "",
        namespaced: true,
      };
      return [
        { kind: objectKinds.configMap, namespace, name: manifestName(resource) },
        { kind, namespace, name: object.metadata.name },
      ];
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
  const service = { kind: objectKinds.service, namespace } as const;
  return [
    { kind: keepsState(container) ? objectKinds.statefulSet : objectKinds.deployment, namespace, name },
    { ...service, name: part },
    ...(visited === part ? [] : [{ ...service, name: visited }]),
    ...(cluster?.whole === undefined ? [] : [{ ...service, name: cluster.whole.name, shared: true } as const]),
    { kind: objectKinds.networkPolicy, namespace, name: visitorsName(part) },
    { kind: objectKinds.podDisruptionBudget, namespace, name },
  ];
}

function linkObjects(site: string, namespace: string, { id, to, alias }: Link): readonly ObjectName[] {
  const { egress, ingress } = linkNames(id);
  const names: ObjectName[] = [{ kind: objectKinds.networkPolicy, namespace, name: egress }];
  if ("service" in to)
    names.push({ kind: objectKinds.networkPolicy, namespace: namespaceOf(site, to.service), name: ingress });
  if (alias === undefined) return names;
  names.push({ kind: objectKinds.service, namespace, name: alias.name, shared: true });
  if (isAddress(alias.target))
    names.push({ kind: objectKinds.endpointSlice, namespace, name: alias.name, shared: true });
  return names;
}
