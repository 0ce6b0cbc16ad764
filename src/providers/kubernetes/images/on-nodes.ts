import type { Clock } from "../../../lib/clock.ts";
import { at, listAt, textAt } from "../../../lib/json.ts";
import { ProblemError } from "../../../lib/problem.ts";
import type { KubeClient, KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";

/** Milliseconds for which an answer is good: nodes themselves tell no oftener. */
const fresh = 10_000;

/**
 * Whether every node that takes pods says that it has an image under a name, so that nobody needs to bring it: somebody loaded it there. Not
 * when a node has it under the name of the registry, too: what a kubelet once pulled, it gives under another name only after pulling it by that.
 * Nodes tell of their fifty largest images. False where we may not ask.
 */
export function imagesOnNodes(
  client: KubeClient,
  clock: Clock,
): (reference: string, inRegistry?: string) => Promise<boolean> {
  let asked: { readonly at: number; readonly names: Promise<Names> } | undefined;
  return async (reference, inRegistry) => {
    if (asked === undefined || clock.elapsed() - asked.at > fresh)
      asked = { at: clock.elapsed(), names: namesOnNodes(client) };
    const { onAll, onAny } = await asked.names;
    return onAll.has(reference) && (inRegistry === undefined || !onAny.has(inRegistry));
  };
}

type Names = { readonly onAll: ReadonlySet<string>; readonly onAny: ReadonlySet<string> };

async function namesOnNodes(client: KubeClient): Promise<Names> {
  const nodes: ReadonlySet<string>[] = [];
  try {
    for await (const node of client.list(objectKinds.node, {})) if (takesPods(node)) nodes.push(namesOn(node));
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.code === "CLUSTER_REFUSED")
      return { onAll: new Set(), onAny: new Set() };
    throw thrown;
  }
  const [first = new Set<string>(), ...others] = nodes;
  return {
    onAll: new Set([...first].filter((name) => others.every((names) => names.has(name)))),
    onAny: new Set(nodes.flatMap((names) => [...names])),
  };
}

function takesPods(node: KubeObject): boolean {
  if (at(node, "spec", "unschedulable") === true) return false;
  return listAt(node, "spec", "taints").every(
    (taint) => textAt(taint, "effect") === "PreferNoSchedule" || textAt(taint, "key").startsWith("node.kubernetes.io/"),
  );
}

function namesOn(node: KubeObject): ReadonlySet<string> {
  return new Set(
    listAt(node, "status", "images")
      .flatMap((image) => listAt(image, "names"))
      .filter((name) => typeof name === "string"),
  );
}
