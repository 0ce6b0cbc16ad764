import type { INetworkPolicyPeer } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer";
import type { INetworkPolicyPort } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort";
import { labels } from "./marks.ts";

const both = ["TCP", "UDP"] as const;

/** Ports of a policy's rule; none stands for every port. */
export function portsOf(protocol: "tcp" | "udp" | "any", port: number | undefined): readonly INetworkPolicyPort[] {
  const protocols = protocol === "any" ? both : both.filter((one) => one.toLowerCase() === protocol);
  if (port === undefined) return protocol === "any" ? [] : protocols.map((one) => ({ protocol: one }));
  return protocols.map((one) => ({ protocol: one, port }));
}

/** Every pod of a namespace. Its name is a label that nobody can give to another. */
export function podsIn(namespace: string): INetworkPolicyPeer {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
}

/** The pods of one part in a namespace. */
export function podsOf(namespace: string, part: string): INetworkPolicyPeer {
  return { ...podsIn(namespace), podSelector: { matchLabels: { [labels.part]: part } } };
}
