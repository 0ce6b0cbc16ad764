import { listAt, textAt } from "../../lib/json.ts";
import type { KubeClient } from "./client/client.ts";
import { objectKinds } from "./client/object-kinds.ts";

/** Addresses that pods might reach beyond each other: of the API server, a private one outside, a public one. */
export type AroundPods = {
  readonly machine: readonly string[];
  readonly lan: readonly string[];
  readonly internet: readonly string[];
};

/** A public address that answers on several ports: a resolver that anybody may ask; and a router's usual one. */
const publicAddress = "1.1.1.1";
const router = "192.168.1.1";

/**
 * Looks up what is to be tried from pods. No node is: Kubernetes lets a pod always reach the one that it runs on, whatever a policy says
 * (https://kubernetes.io/docs/concepts/services-networking/network-policies/). So the API server stands for the machines, where it has one of its own.
 */
export async function aroundPods(client: KubeClient): Promise<AroundPods> {
  const labels = "kubernetes.io/service-name=kubernetes";
  const [nodes, slices] = await Promise.all([
    Array.fromAsync(client.list(objectKinds.node, {})),
    Array.fromAsync(client.list(objectKinds.endpointSlice, { namespace: "default", labels })),
  ]);
  const own = nodes.flatMap(({ status }) =>
    listAt(status, "addresses").flatMap((one) =>
      textAt(one, "type") === "InternalIP" && !textAt(one, "address").includes(":") ? [textAt(one, "address")] : [],
    ),
  );
  const servers = slices.flatMap((slice) => listAt(slice, "endpoints").flatMap((one) => listAt(one, "addresses")));
  const machine = servers.map(String).filter((address) => !own.includes(address) && !address.includes(":"));
  return { machine: machine.sort(), lan: own.includes(router) ? [] : [router], internet: [publicAddress] };
}
