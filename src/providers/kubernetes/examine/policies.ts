import { listAt, textAt } from "../../../lib/json.ts";
import { fine, warning, wrong } from "../../finding.ts";
import type { Finding } from "../../provider.ts";
import { objectKinds } from "../client/object-kinds.ts";
import type { ExaminedCluster } from "./examined.ts";

/** Networks that enforce NetworkPolicy, by what the names of their DaemonSets begin with. */
const enforcing: readonly (readonly [begins: string, called: string])[] = [
  ["calico-node", "Calico"],
  ["canal", "Canal"],
  ["cilium", "Cilium"],
  ["anetd", "Dataplane V2"],
  ["antrea-agent", "Antrea"],
  ["kube-router", "kube-router"],
  ["ovnkube", "OVN-Kubernetes"],
  ["ovs-node", "Kube-OVN"],
  ["kube-ovn", "Kube-OVN"],
  ["weave-net", "Weave"],
  ["azure-npm", "Azure NPM"],
  ["kube-network-policies", "kube-network-policies"],
  ["kindnet", "kindnet"],
];

/** Looks for who enforces policies: without that, every service reaches every other. */
export async function examinePolicies({ client }: ExaminedCluster): Promise<readonly Finding[]> {
  const [sets, nodes] = await Promise.all([
    Array.fromAsync(client.list(objectKinds.daemonSet, {})),
    Array.fromAsync(client.list(objectKinds.node, {})),
  ]);
  const containers = sets.flatMap(({ metadata, spec }) => [
    metadata.name,
    ...listAt(Object(spec), "template", "spec", "containers").map((one) => textAt(one, "name")),
  ]);
  const kubelets = nodes.map(({ status }) => textAt(status, "nodeInfo", "kubeletVersion"));
  return [judgePolicies(containers, kubelets)];
}

/** What follows from the names of DaemonSets and their containers, and the versions of kubelets. Pure. */
export function judgePolicies(names: readonly string[], kubelets: readonly string[]): Finding {
  const name = "policies";
  const found = enforcing.find(([begins]) => names.some((each) => each.startsWith(begins)))?.[1];
  if (found !== undefined) return fine(name, `${found} enforces who may reach whom`);
  if (names.includes("aws-eks-nodeagent")) return fine(name, "the VPC CNI's agent enforces who may reach whom");
  if (kubelets.some((version) => /\+(k3s|rke2)/.test(version)))
    return fine(name, "k3s' own network enforces who may reach whom");
  const expected = "a network that enforces NetworkPolicy";
  if (names.some((each) => each.startsWith("kube-flannel")))
    return wrong(
      name,
      "flannel alone enforces nothing: every service reaches every other",
      expected,
      "run Calico's policies beside it (Canal), or kube-network-policies",
    );
  const fix = "freehold prove tries every way, once services run: it says what is open that should not be";
  return warning(name, "nobody is seen here who is known to enforce them", expected, fix);
}
