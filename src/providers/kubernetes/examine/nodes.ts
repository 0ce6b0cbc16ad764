import { at, listAt, textAt } from "../../../lib/json.ts";
import { fine, warning, wrong } from "../../finding.ts";
import type { Finding } from "../../provider.ts";
import type { KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import type { ExaminedCluster } from "./examined.ts";

/** One node, as far as it matters here. */
export type NodeFacts = {
  readonly name: string;
  /** Its kubelet speaks for it, and it takes new pods. */
  readonly ready: boolean;
  readonly cordoned: boolean;
  /** What it is short of: `MemoryPressure`, `DiskPressure`, `PIDPressure`. */
  readonly short: readonly string[];
};

/** Looks at whether nodes take pods. */
export async function examineNodes({ client }: ExaminedCluster): Promise<readonly Finding[]> {
  const nodes = await Array.fromAsync(client.list(objectKinds.node, {}));
  return [judgeNodes(nodes.map(factsOf))];
}

function factsOf({ metadata, spec, status }: KubeObject): NodeFacts {
  const conditions = listAt(status, "conditions");
  const holds = (type: string): boolean =>
    conditions.some((one) => textAt(one, "type") === type && textAt(one, "status") === "True");
  return {
    name: metadata.name,
    ready: holds("Ready"),
    cordoned: at(spec, "unschedulable") === true,
    short: ["MemoryPressure", "DiskPressure", "PIDPressure"].filter(holds),
  };
}

/** What follows from it. Pure. */
export function judgeNodes(nodes: readonly NodeFacts[]): Finding {
  const usable = nodes.filter(({ ready, cordoned }) => ready && !cordoned);
  const bad = nodes.flatMap(({ name, ready, cordoned, short }) => {
    if (!ready) return [`${name} does not answer`];
    if (cordoned) return [`${name} takes no new pods`];
    return short.length === 0 ? [] : [`${name} has ${short.join(", ")}`];
  });
  const found = `${usable.length} of ${nodes.length} take pods${bad.length === 0 ? "" : `: ${bad.join("; ")}`}`;
  const [first] = nodes.filter((node) => !usable.includes(node) || node.short.length > 0);
  const fix = first === undefined ? "add a node" : `kubectl describe node ${first.name}`;
  if (usable.length === 0) return wrong("nodes", found, "one at least", fix);
  if (bad.length > 0) return warning("nodes", found, "all of them", fix);
  return fine("nodes", nodes.length === 1 ? "one, which takes pods; when it fails, all is away" : found);
}
