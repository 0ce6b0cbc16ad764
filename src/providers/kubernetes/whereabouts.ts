import { textAt } from "../../lib/json.ts";
import type { KubeClient } from "./client/client.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { labels } from "./translate/marks.ts";

/** The nodes that the pods of each service of a site are on, sorted; by service. One that is on none is not there. */
export async function whereaboutsOf(client: KubeClient, site: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, Set<string>>();
  for await (const { metadata, spec } of client.list(objectKinds.pod, { labels: `${labels.site}=${site}` })) {
    const service = metadata.labels?.[labels.service];
    const node = textAt(spec, "nodeName");
    if (service === undefined || node === "" || metadata.deletionTimestamp !== undefined) continue;
    found.set(service, (found.get(service) ?? new Set()).add(node));
  }
  return new Map([...found].map(([service, nodes]) => [service, [...nodes].sort()]));
}
