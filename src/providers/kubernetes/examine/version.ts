import { fine, warning } from "../../finding.ts";
import type { Finding } from "../../provider.ts";
import type { ExaminedCluster } from "./examined.ts";

/** The oldest minor version of Kubernetes 1 with all that freehold builds on (policies for admission are stable from there). */
const oldest = 30;

/** Looks at which version answers. */
export async function examineVersion({ client }: ExaminedCluster): Promise<readonly Finding[]> {
  return [judgeVersion((await client.version()).gitVersion, client.context)];
}

/** What follows from what the cluster calls its version: `v1.36.3+k3s1`. Pure. */
export function judgeVersion(gitVersion: string, context: string): Finding {
  const found = `Kubernetes ${gitVersion.replace(/^v/, "")} answers (context ${context})`;
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  if (Number(major) > 1 || Number(minor) >= oldest) return fine("cluster", found);
  const fix = "bring the cluster to a version that is still maintained: https://kubernetes.io/releases/";
  return warning("cluster", found, `1.${oldest} or later; what is older is not tried`, fix);
}
