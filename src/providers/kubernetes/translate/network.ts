import type { INetworkPolicySpec } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicySpec";
import type { Network } from "../../../resource/kinds/network.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeObject } from "../client/object.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { furtherObject, mainObject } from "./object.ts";
import { portsOf } from "./policy.ts";
import type { Translation } from "./translation.ts";

/** What every pod of ours runs as towards the cluster: nobody, without a token. */
export const serviceAccount = "service";

/** Where CoreDNS is asked, and the cache that nodes may have in front of it (NodeLocal DNSCache has this address unless told). */
const resolvers: INetworkPolicySpec["egress"] = [
  {
    to: [
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
        podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
      },
      { ipBlock: { cidr: "169.254.20.10/32" } },
    ],
    ports: [...portsOf("any", 53)],
  },
];

/**
 * A service's namespace: closed both ways but for itself and the resolver. What a pod there may be is enforced at its level, and
 * whatever is not fit for the strictest is told to whoever looks.
 */
export function networkObjects(network: Network, translation: Translation): readonly KubeObject[] {
  const { site, level = "restricted" } = translation;
  const namespace = mainObject(
    objectKinds.namespace,
    namespaceOf(site, network.service),
    network,
    translation,
    {},
    { place: { namespace: undefined } },
  );
  const security = {
    "pod-security.kubernetes.io/enforce": level,
    "pod-security.kubernetes.io/audit": "restricted",
    "pod-security.kubernetes.io/warn": "restricted",
  };
  const { metadata } = namespace;
  const spec: INetworkPolicySpec = {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [{ podSelector: {} }] }],
    egress: [{ to: [{ podSelector: {} }] }, ...(resolvers ?? [])],
  };
  return [
    { ...namespace, metadata: { ...metadata, labels: { ...metadata.labels, ...security } } },
    furtherObject(objectKinds.networkPolicy, "default", network, translation, { spec }),
    furtherObject(objectKinds.serviceAccount, serviceAccount, network, translation, {
      automountServiceAccountToken: false,
    }),
  ];
}
