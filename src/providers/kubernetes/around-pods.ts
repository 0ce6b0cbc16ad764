import { listAt, textAt } from "../../lib/json.ts";
import type { KubeClient } from "./client/client.ts";
import { objectKinds } from "./client/object-kinds.ts";

/** Addresses that pods might reach beyond each other: the nodes' own, a private one outside, a public one. */
export type AroundPods = {
  readonly machine: readonly string[];
  readonly lan: readonly string[];
  readonly internet: readonly string[];
};

/** A public address that answers on several ports: a resolver that anybody may ask; and a router's usual one. */
const publicAddress = "1.1.1.1";
const router = "192.168.1.1";

/** So many nodes stand for all: policies are the same on each. */
const most = 3;

/** Looks up what is to be tried from pods. */
export async function aroundPods(client: KubeClient): Promise<AroundPods> {
  const nodes = await Array.fromAsync(client.list(objectKinds.node, {}));
  const own = nodes.flatMap(({ status }) =>
    listAt(status, "addresses").flatMap((one) =>
      textAt(one, "type") === "InternalIP" && !textAt(one, "address").includes(":") ? [textAt(one, "address")] : [],
    ),
  );
  return { machine: own.sort().slice(0, most), lan: own.includes(router) ? [] : [router], internet: [publicAddress] };
}
