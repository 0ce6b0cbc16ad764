import { listAt, textAt } from "../../lib/json.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { KubeClient } from "./client/client.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { labels } from "./translate/marks.ts";

/**
 * The addresses (or, of some balancers, names) under which the world reaches a site's front door: those that the load balancer gave its Service, else of
 * the nodes whose ports its pods have. Sorted; empty while there is none.
 */
export async function entrancesOf(client: KubeClient, site: string, signal?: AbortSignal): Promise<readonly string[]> {
  const selection = {
    namespace: namespaceOf(site, "front"),
    labels: `${labels.site}=${site}`,
    ...(signal && { signal }),
  };
  const services = await Array.fromAsync(client.list(objectKinds.service, selection));
  const given = services.flatMap(({ status }) =>
    listAt(status, "loadBalancer", "ingress").map((one) => textAt(one, "ip") || textAt(one, "hostname")),
  );
  const found = given.length > 0 ? given : await nodesOf(client, selection);
  return [...new Set(found.filter((address) => address !== ""))].sort();
}

/** The addresses of the nodes on whose own ports pods of the front door listen. */
async function nodesOf(client: KubeClient, selection: { namespace: string; labels: string }): Promise<string[]> {
  const pods = await Array.fromAsync(client.list(objectKinds.pod, selection));
  return pods.flatMap(({ spec, status }) => {
    const ports = listAt(spec, "containers").flatMap((container) => listAt(container, "ports"));
    const isDoor = ports.some((port) => typeof Object(port).hostPort === "number");
    return isDoor ? [textAt(status, "hostIP")] : [];
  });
}
