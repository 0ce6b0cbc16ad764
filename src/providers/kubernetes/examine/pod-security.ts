import { problemOf } from "../../../lib/problem.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import { fine, warning } from "../../finding.ts";
import type { Finding } from "../../provider.ts";
import { objectKinds } from "../client/object-kinds.ts";
import type { ExaminedCluster } from "./examined.ts";

const name = "pod-security";
const level = "pod-security.kubernetes.io/enforce";

/** Pretends to make a privileged pod in a namespace of the site that forbids such: the cluster must refuse it. Only once a site is there. */
export async function examinePodSecurity({ client, site }: ExaminedCluster): Promise<readonly Finding[]> {
  const namespace = namespaceOf(site.name, "front");
  const found = await client.get(objectKinds.namespace, undefined, namespace);
  const enforced = found?.metadata.labels?.[level] ?? "privileged";
  if (enforced === "privileged") return [];
  const container = { name: "x", image: "x", securityContext: { privileged: true } };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "freehold-tries-it", namespace },
    spec: { containers: [container] },
  };
  try {
    await client.create(pod, { dryRun: true });
  } catch (thrown) {
    const { code } = problemOf(thrown);
    if (["ADMISSION_REFUSED", "CLUSTER_REFUSED"].includes(code))
      return [fine(name, `enforced: ${namespace} is ${enforced}`)];
    throw thrown;
  }
  const fix = "turn the admission plugin PodSecurity of the API server on, which is on by default";
  return [warning(name, "a privileged pod would be taken where only plain ones may be", "Pod Security admission", fix)];
}
