import { at, listAt, textAt } from "../../../lib/json.ts";
import { fine, warning, wrong } from "../../finding.ts";
import type { Finding } from "../../provider.ts";
import { objectKinds } from "../client/object-kinds.ts";
import type { ExaminedCluster } from "./examined.ts";

const fix = "kubectl -n kube-system get pods -l k8s-app=kube-dns tells how they are";

/** Looks at whether somebody answers for names in the cluster, and whether they end as ours do. */
export async function examineNames({ client }: ExaminedCluster): Promise<readonly Finding[]> {
  const namespace = "kube-system";
  const [slices, corefile] = await Promise.all([
    Array.fromAsync(
      client.list(objectKinds.endpointSlice, { namespace, labels: "kubernetes.io/service-name=kube-dns" }),
    ),
    client.get(objectKinds.configMap, namespace, "coredns"),
  ]);
  const ready = slices.flatMap((slice) =>
    listAt(slice, "endpoints").filter((endpoint) => at(endpoint, "conditions", "ready") === true),
  );
  return [judgeNames(ready.length, slices.length > 0, textAt(corefile, "data", "Corefile"))];
}

/** What follows from how many answer, whether there is such a service, and how CoreDNS is set. Pure. */
export function judgeNames(ready: number, isThere: boolean, corefile: string): Finding {
  const name = "dns";
  if (!isThere)
    return warning(name, "no Service kube-dns in kube-system", "one, by which services find each other", fix);
  if (ready === 0) return wrong(name, "nobody answers for names in the cluster", "kube-dns to answer", fix);
  const [, zones = "cluster.local"] = /^\s*kubernetes\s+([^{\n]*)/m.exec(corefile) ?? [];
  if (!zones.split(/\s+/).includes("cluster.local"))
    return wrong(
      name,
      `names end in ${zones.trim().split(/\s+/)[0]}`,
      "cluster.local, by which services find each other",
      "add cluster.local behind kubernetes in the ConfigMap coredns of kube-system",
    );
  return fine(name, `${ready === 1 ? "one resolver answers" : `${ready} resolvers answer`} for cluster.local`);
}
