import { listAt, textAt } from "../../../lib/json.ts";
import type { KubeObject } from "../client/object.ts";
import { conditionOf, timeAt } from "../pod.ts";

/**
 * What tells a cluster that a node will not write any more: its pods are taken from it, and its volumes at once.
 * https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown
 */
export const outOfService = "node.kubernetes.io/out-of-service";

/** The value of the taint where freehold set it: another one is somebody else's word, which we leave alone. */
export const ourWord = "freehold";

/** One node, as far as it matters to whether it is lost. */
export type LostNodeFacts = {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** `answers`: its kubelet speaks, were it of trouble. `silent`: it did, and nobody has heard of it for a while. `new`: it never did. */
  readonly voice: "answers" | "silent" | "new";
  /** It answers that all is well. */
  readonly isReady: boolean;
  /** When the cluster noticed its silence, milliseconds since the epoch, by the cluster's clock; absent unless it is silent. */
  readonly silentSince?: number;
  /** Who declared it lost; absent: nobody. */
  readonly declaredBy?: "freehold" | "others";
};

/** Reads a node. */
export function lostNodeFacts(node: KubeObject): LostNodeFacts {
  const ready = conditionOf(node, "Ready");
  const status = textAt(ready, "status");
  const since = timeAt(ready, "lastTransitionTime");
  const isSilent = status === "Unknown";
  const taint = listAt(node.spec, "taints").find((one) => textAt(one, "key") === outOfService);
  const { name, labels = {} } = node.metadata;
  return {
    name,
    labels: new Map(Object.entries(labels)),
    isReady: status === "True",
    voice: isSilent ? "silent" : status === "True" || status === "False" ? "answers" : "new",
    ...(isSilent && since !== undefined && { silentSince: since }),
    ...(taint !== undefined && { declaredBy: isOurs(taint) ? "freehold" : "others" }),
  };
}

/** The taints of a node that is declared lost. */
export function withOurTaint(node: KubeObject): readonly unknown[] {
  return [...listAt(node.spec, "taints"), { key: outOfService, value: ourWord, effect: "NoExecute" }];
}

/** The taints of a node without our word. */
export function withoutOurTaint(node: KubeObject): readonly unknown[] {
  return listAt(node.spec, "taints").filter((taint) => !isOurs(taint));
}

function isOurs(taint: unknown): boolean {
  return textAt(taint, "key") === outOfService && textAt(taint, "value") === ourWord;
}
