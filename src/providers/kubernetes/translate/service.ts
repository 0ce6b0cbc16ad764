import type { IServicePort } from "kubernetes-models/v1/ServicePort";
import type { IServiceSpec } from "kubernetes-models/v1/ServiceSpec";
import type { Container, ContainerPort } from "../../../resource/kinds/container.ts";
import type { KubeObject } from "../client/object.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { labels } from "./marks.ts";
import { mark, visitedName } from "./names.ts";
import { furtherObject, sharedObject } from "./object.ts";
import type { Translation } from "./translation.ts";

/** What a port is called in a pod, so that a Service of several parts leads only to those that have it. */
export function portName({ protocol, port }: Pick<ContainerPort, "protocol" | "port">): string {
  return `${protocol}-${port}`;
}

/**
 * The names of a part: for visitors and other services one address with the ports that it offers; for siblings, whose ways to each
 * other nobody declared, the pods themselves with every port; and the name of the whole service where several parts answer for it.
 */
export function serviceObjects(container: Container, translation: Translation): readonly KubeObject[] {
  const { part, cluster } = container;
  const visited = visitedName(container);
  const objects = [
    furtherObject(objectKinds.service, visited, container, translation, { spec: visitedSpec(container) }),
  ];
  if (visited !== part)
    objects.unshift(furtherObject(objectKinds.service, part, container, translation, { spec: siblingSpec(container) }));
  if (cluster?.whole === undefined) return objects;
  const { name, ports } = cluster.whole;
  const spec = { ...offering(ports), selector: { [labels.answers]: mark(name) } };
  return [...objects, sharedObject(objectKinds.service, name, container, translation, { spec })];
}

function visitedSpec({ part, cluster }: Container): IServiceSpec {
  const spec = { ...offering(cluster?.ports ?? []), selector: { [labels.part]: part } };
  return cluster?.door === "balancer" ? { ...spec, type: "LoadBalancer", externalTrafficPolicy: "Local" } : spec;
}

/** One replica is found as soon as it has an address, also before it is ready: programs take a missing name worse than a closed port. */
function siblingSpec({ part, cluster }: Container): IServiceSpec {
  const isAlone = cluster === undefined || (cluster.replicas === 1 && !cluster.startFirst);
  return { clusterIP: "None", publishNotReadyAddresses: isAlone, selector: { [labels.part]: part } };
}

type Offered = Pick<ContainerPort, "port" | "protocol" | "published">;

/** One address for some ports, each once; for none, the pods' own. */
function offering(ports: readonly Offered[]): Pick<IServiceSpec, "clusterIP" | "ports" | "type"> {
  if (ports.length === 0) return { clusterIP: "None" };
  const named = new Map(ports.map((port) => [portName(port), servicePort(port)]));
  return { type: "ClusterIP", ports: [...named.values()] };
}

function servicePort({ port, protocol, published }: Offered): IServicePort {
  const name = portName({ port, protocol });
  return { name, port: published ?? port, targetPort: name, protocol: protocol === "tcp" ? "TCP" : "UDP" };
}
