import { fine, warning } from "../../finding.ts";
import type { Finding } from "../../provider.ts";
import type { ExaminedCluster } from "./examined.ts";

/** Milliseconds that a registry has to answer. */
const patience = 5000;

/** Looks at whether the registry that site.yaml names answers here; nodes must reach it as well. */
export async function examineRegistry({ site }: ExaminedCluster): Promise<readonly Finding[]> {
  const { registry } = site;
  if (registry === undefined) return [fine("registry", "one in the cluster, made when an image is built")];
  const host = registry.split("/")[0] ?? registry;
  try {
    // any answer of it will do: most ask for credentials first
    const { status } = await fetch(`https://${host}/v2/`, { signal: AbortSignal.timeout(patience) });
    return [judgeRegistry(registry, status)];
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    const cause = thrown.cause instanceof Error ? thrown.cause.message : thrown.message;
    const fix = `see that https://${host}/v2/ answers here and on the nodes, or leave registry: out to have one in the cluster`;
    return [warning("registry", `${host} does not answer: ${cause}`, "it to answer", fix)];
  }
}

/** What follows from how it answered `GET /v2/` (OCI Distribution 1.1, end-1). Pure. */
export function judgeRegistry(registry: string, status: number): Finding {
  if (status === 200 || status === 401) return fine("registry", `${registry} answers`);
  return warning(
    "registry",
    `${registry} answers with ${status}`,
    "200 or 401",
    "see that it is a registry, version 2",
  );
}
