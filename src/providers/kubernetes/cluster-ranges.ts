import { listAt, textAt } from "../../lib/json.ts";
import type { KubeObject, ObjectKind } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { isProblem } from "./foreign.ts";
import type { Session } from "./session.ts";
import type { ClusterRanges } from "./translate/translation.ts";

/** What Services get their addresses from, told from Kubernetes 1.33 on. */
const serviceCidr: ObjectKind = {
  apiVersion: "networking.k8s.io/v1",
  kind: "ServiceCIDR",
  plural: "servicecidrs",
  namespaced: false,
};

/** Where the cluster itself is, as far as it tells and we may ask; undefined when we may not even ask for its nodes. */
export async function clusterRanges(session: Session): Promise<ClusterRanges | undefined> {
  const [nodes, services] = await Promise.all([listed(session, objectKinds.node), listed(session, serviceCidr)]);
  if (nodes === undefined) return undefined;
  const addresses = nodes.flatMap((node) =>
    listAt(node, "status", "addresses").flatMap((each) => {
      const type = textAt(each, "type");
      return type === "InternalIP" || type === "ExternalIP" ? [textAt(each, "address")] : [];
    }),
  );
  const pods = nodes.flatMap((node) => listAt(node, "spec", "podCIDRs").map(String));
  const inside = [...pods, ...(services ?? []).flatMap((each) => listAt(each, "spec", "cidrs").map(String))];
  return { nodes: sorted(addresses), inside: sorted(inside) };
}

async function listed({ client }: Session, kind: ObjectKind): Promise<readonly KubeObject[] | undefined> {
  try {
    return await Array.fromAsync(client.list(kind, {}));
  } catch (thrown) {
    if (isProblem(thrown, "CLUSTER_REFUSED", "KIND_UNKNOWN")) return undefined;
    throw thrown;
  }
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
