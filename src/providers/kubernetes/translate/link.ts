import type { IEndpointSlice } from "kubernetes-models/discovery.k8s.io/v1/EndpointSlice";
import type { INetworkPolicyPeer } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer";
import type { INetworkPolicySpec } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicySpec";
import type { IServiceSpec } from "kubernetes-models/v1/ServiceSpec";
import type { Link } from "../../../resource/kinds/link.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeObject } from "../client/object.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { isAddress } from "./addresses.ts";
import { labels } from "./marks.ts";
import { linkNames } from "./names.ts";
import { furtherObject, mainObject, sharedObject } from "./object.ts";
import { podsIn, podsOf, portsOf } from "./policy.ts";
import type { Translation } from "./translation.ts";
import { asRange, zonePeers } from "./zones.ts";

/**
 * One way: a policy that lets its service out, one that lets it in where it leads to a part, and the name by which it finds that. A zone
 * of which nothing is known to be there stays closed.
 */
export function linkObjects(link: Link, translation: Translation): readonly KubeObject[] {
  const { site } = translation;
  const { to, alias } = link;
  const { egress, ingress } = linkNames(link.id);
  const ports = [...portsOf(link.protocol, link.port)];
  const way = ports.length === 0 ? {} : { ports };
  const peers = [...peersOf(link, translation)];
  const out: INetworkPolicySpec = {
    podSelector: {},
    policyTypes: ["Egress"],
    ...(peers.length === 0 ? {} : { egress: [{ to: peers, ...way }] }),
  };
  const objects = [mainObject(objectKinds.networkPolicy, egress, link, translation, { spec: out })];
  if ("service" in to) {
    const spec: INetworkPolicySpec = {
      podSelector: { matchLabels: { [labels.part]: to.part } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [podsIn(link.from)], ...way }],
    };
    const place = { namespace: namespaceOf(site, to.service) };
    objects.push(furtherObject(objectKinds.networkPolicy, ingress, link, translation, { spec }, { place }));
  }
  return alias === undefined ? objects : [...objects, ...nameObjects(link, alias, translation)];
}

function peersOf({ to }: Link, { site, ranges }: Translation): readonly INetworkPolicyPeer[] {
  if ("zone" in to) return zonePeers(to.zone, ranges);
  if ("address" in to) return [{ ipBlock: { cidr: asRange(to.address) } }];
  return [podsOf(namespaceOf(site, to.service), to.part)];
}

/** The name of whom it leads to: another name, or an address that is none of the cluster's. */
function nameObjects(
  link: Link,
  { name, target }: NonNullable<Link["alias"]>,
  translation: Translation,
): readonly KubeObject[] {
  if (!isAddress(target)) {
    const spec: IServiceSpec = { type: "ExternalName", externalName: target };
    return [sharedObject(objectKinds.service, name, link, translation, { spec })];
  }
  const spec: IServiceSpec = { clusterIP: "None" };
  const slice: Pick<IEndpointSlice, "addressType" | "endpoints"> = {
    addressType: "IPv4",
    endpoints: [{ addresses: [target] }],
  };
  const marks = { "kubernetes.io/service-name": name, "endpointslice.kubernetes.io/managed-by": "freehold" };
  return [
    sharedObject(objectKinds.service, name, link, translation, { spec }),
    sharedObject(objectKinds.endpointSlice, name, link, translation, slice, { labels: marks }),
  ];
}
