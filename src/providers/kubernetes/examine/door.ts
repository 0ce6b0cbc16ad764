import { listAt, numberAt, textAt } from "../../../lib/json.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import { fine, warning, wrong } from "../../finding.ts";
import type { Finding } from "../../provider.ts";
import type { KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { labels } from "../translate/marks.ts";
import type { ExaminedCluster } from "./examined.ts";

/** Looks at whether the world can come to the front door as site.yaml says. */
export async function examineDoor(examined: ExaminedCluster): Promise<readonly Finding[]> {
  return examined.site.door === "balancer" ? examineBalancer(examined) : examineHostPorts(examined);
}

/** Whom a Service of type LoadBalancer belongs to, and what it was given. */
export type BalancedService = { readonly isOurs: boolean; readonly addresses: readonly string[] };

async function examineBalancer({ client, site }: ExaminedCluster): Promise<readonly Finding[]> {
  const [services, nodes, workloads] = await Promise.all([
    Array.fromAsync(client.list(objectKinds.service, {})),
    Array.fromAsync(client.list(objectKinds.node, {})),
    Array.fromAsync(client.list(objectKinds.daemonSet, {})),
  ]);
  const front = namespaceOf(site.name, "front");
  const balanced = services
    .filter(({ spec }) => textAt(spec, "type") === "LoadBalancer")
    .map(({ metadata, status }) => ({
      isOurs: metadata.namespace === front && metadata.labels?.[labels.site] === site.name,
      addresses: listAt(status, "loadBalancer", "ingress").map((one) => textAt(one, "ip") || textAt(one, "hostname")),
    }));
  const known = [
    ...nodes.map(({ spec }) => textAt(spec, "providerID").replace(/:.*/, "")),
    ...nodes.map(({ status }) => (/\+k3s/.test(textAt(status, "nodeInfo", "kubeletVersion")) ? "servicelb" : "")),
    ...workloads.map(({ metadata }) => metadata.name),
  ];
  return [judgeBalancer(balanced, known)];
}

/** Clouds and programs that give Services addresses, by provider of nodes or name of a DaemonSet. */
const givers =
  /^(aws|azure|gce|hcloud|digitalocean|openstack|linode|vultr|scaleway|servicelb|svclb-.*|.*metallb.*|speaker|kube-vip.*|cilium|openelb.*|purelb.*|lbnodeagent)$/;

/** What follows from what was given so far, and from who might give. Pure. */
export function judgeBalancer(services: readonly BalancedService[], known: readonly string[]): Finding {
  const name = "balancer";
  const ours = services.filter(({ isOurs }) => isOurs);
  const given = ours.flatMap(({ addresses }) => addresses);
  if (given.length > 0) return fine(name, `the front door has ${given.join(", ")}`);
  const fix =
    "install MetalLB or kube-vip, or take ports of the nodes: engine: {kubernetes: {door: host-ports}} in site.yaml";
  if (ours.length > 0) return wrong(name, "nobody gave the front door an address", "a load balancer that does", fix);
  if (services.some(({ addresses }) => addresses.length > 0))
    return fine(name, "there is one: other Services have addresses");
  const giver = known.find((each) => givers.test(each));
  if (giver !== undefined) return fine(name, `${giver} gives addresses`);
  return warning(name, "nobody is seen here who gives Services addresses", "a load balancer", fix);
}

async function examineHostPorts({ client, site }: ExaminedCluster): Promise<readonly Finding[]> {
  const front = namespaceOf(site.name, "front");
  const holders: string[] = [];
  for await (const pod of client.list(objectKinds.pod, {})) {
    if (pod.metadata.namespace === front) continue;
    for (const port of hostPorts(pod)) {
      if (site.ports.includes(port)) holders.push(`${port}: ${pod.metadata.namespace}/${pod.metadata.name}`);
    }
  }
  return [judgeHostPorts(site.ports, holders)];
}

function hostPorts({ spec }: KubeObject): readonly number[] {
  return listAt(spec, "containers")
    .flatMap((container) => listAt(container, "ports"))
    .map((port) => numberAt(port, "hostPort"));
}

/** What follows from which pods have the ports of the front door. Pure. */
export function judgeHostPorts(ports: readonly number[], holders: readonly string[]): Finding {
  const name = "host-ports";
  if (holders.length === 0) return fine(name, `no other pod has port ${ports.join(" or ")} of a node`);
  const fix = "take what has them away (an ingress controller?), or other ports: front: {https: 8443} in site.yaml";
  return wrong(name, `taken: ${holders.slice(0, 3).join(", ")}`, "nobody to have them", fix);
}
