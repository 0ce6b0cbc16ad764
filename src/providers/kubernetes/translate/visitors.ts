import type { INetworkPolicySpec } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicySpec";
import type { Container } from "../../../resource/kinds/container.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeObject } from "../client/object.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { labels } from "./marks.ts";
import { visitorsName } from "./names.ts";
import { furtherObject } from "./object.ts";
import { podsOf, portsOf } from "./policy.ts";
import type { Translation } from "./translation.ts";
import { zonePeers } from "./zones.ts";

/** The part of the front door that visitors come through. */
const frontPart = "haproxy";

/**
 * Who may visit a part: the front door, at the ports that it leads to; nobody, without such. The front door itself anybody may visit, and it
 * may go to every service of its site and to what runs elsewhere, at home or in the internet, but to nobody else in the cluster.
 */
export function visitorsObjects(container: Container, translation: Translation): readonly KubeObject[] {
  const { part, service, cluster } = container;
  const { site, ranges } = translation;
  const visited = (cluster?.ports ?? []).filter(({ visitors }) => visitors);
  if (visited.length === 0) return [];
  const ports = visited.flatMap(({ protocol, port }) => portsOf(protocol, port));
  const podSelector = { matchLabels: { [labels.part]: part } };
  const anySite = { namespaceSelector: { matchLabels: { [labels.site]: site } } };
  const outside = [...zonePeers("internet", ranges), ...zonePeers("lan", ranges)];
  const spec: INetworkPolicySpec =
    service === "front"
      ? {
          podSelector,
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ ports }],
          egress: [{ to: [anySite, ...outside] }],
        }
      : {
          podSelector,
          policyTypes: ["Ingress"],
          ingress: [{ from: [podsOf(namespaceOf(site, "front"), frontPart)], ports }],
        };
  return [furtherObject(objectKinds.networkPolicy, visitorsName(part), container, translation, { spec })];
}
