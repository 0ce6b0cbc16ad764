import type { RawObject, Service } from "../site.ts";

/** What freehold makes beside a service's objects, as far as names may meet. */
export type Reserving = Pick<Service, "name" | "parts"> & {
  /** The services that it reaches: each has a name in its namespace. */
  readonly reached: readonly string[];
};

const beginnings: Readonly<Record<string, RegExp>> = {
  ConfigMap: /^(?:failed|file|image|manifest|snapshot)-|^kube-root-ca\.crt$/,
  Secret: /^(?:certificate|certificates|file|secret)-|^authority$/,
  "NetworkPolicy.networking.k8s.io": /^default$|^visitors-|^(?:to|from)-[0-9a-f]{16}$/,
  ServiceAccount: /^(?:default|service)$/,
  PersistentVolumeClaim: /^snapshots-/,
};

/** Whether freehold, or the cluster itself, makes an object of that kind and name in the namespace of a service. */
export function isReserved({ apiVersion, kind, metadata: { name } }: RawObject, service: Reserving): boolean {
  const [group, version] = apiVersion.split("/");
  const full = version === undefined ? kind : `${kind}.${group}`;
  if (beginnings[full]?.test(name)) return true;
  const parts = service.parts.map((part) => part.name);
  switch (full) {
    case "Deployment.apps":
    case "StatefulSet.apps":
    case "PodDisruptionBudget.policy":
      return parts.includes(name);
    case "Service":
    case "EndpointSlice.discovery.k8s.io":
      if (service.reached.includes(name) || parts.some((part) => name === part || name === `${part}--visitors`))
        return true;
      return parts.length > 0 && name === service.name;
    case "PersistentVolumeClaim":
      return service.parts.some((part) => part.state.some((state) => name.startsWith(`${part.name}-${state.name}`)));
    default:
      return false;
  }
}
