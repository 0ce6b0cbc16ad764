import { problemOf } from "../../../lib/problem.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { LostNodes, NodesFound, NodeWord } from "../../lost-nodes.ts";
import type { KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { clusterTime } from "../cluster-time.ts";
import { postLookout } from "../controller/lookout.ts";
import type { Session } from "../session.ts";
import { decideLost, overdue, type StatefulPod } from "./decide.ts";
import { type LostNodeFacts, lostNodeFacts, withOurTaint, withoutOurTaint } from "./node.ts";
import { statefulPods } from "./stateful-pods.ts";

/** Whose field the taint is: not of those that `freehold` applies. */
const manager = "freehold-lost-nodes";

/** What somebody calls when it is time to look after nodes. */
export function clusterLostNodes(of: (site: string) => Session): LostNodes {
  return {
    post: async (site, after) => {
      const { client, helperImage } = of(site);
      if (helperImage !== undefined) await postLookout(client, { site, image: await helperImage(), after });
    },
    look: async (site, after, signal) => (await find(of(site), after, signal)).found,
    say: async (site, after, signal) => {
      const session = of(site);
      const { nodes, found } = await find(session, after, signal);
      const said: NodeWord[] = [];
      for (const word of found.words) {
        const node = nodes.get(word.node);
        if (node !== undefined && (await write(session, node, word, signal))) said.push(word);
      }
      return said;
    },
  };
}

type Found = { readonly nodes: ReadonlyMap<string, KubeObject>; readonly found: NodesFound };

async function find(session: Session, after: number | undefined, signal: AbortSignal): Promise<Found> {
  const { client, site } = session;
  const nodes = new Map<string, KubeObject>();
  for await (const node of client.list(objectKinds.node, { signal })) nodes.set(node.metadata.name, node);
  const facts = [...nodes.values()].map(lostNodeFacts);
  const times = { nodes: facts, now: await timeFor(session, facts), ...(after !== undefined && { after }) };
  const pods: StatefulPod[] = [];
  for (const { name } of overdue(times)) pods.push(...(await statefulPods(client, { site, node: name, signal })));
  const { lose, welcome, spared } = decideLost({ ...times, pods });
  const words = [
    ...lose.map((loss): NodeWord => ({ ...loss, word: "lost" })),
    ...welcome.map((node): NodeWord => ({ node, word: "back", silentFor: 0, containers: [] })),
  ];
  const isAnyLost = facts.some(({ declaredBy }) => declaredBy === "freehold");
  return { nodes, found: { words, spared, isAnyLost } };
}

/** The cluster says since when a node is silent, so it is asked what time it is; while none is silent, nobody needs to know. */
async function timeFor({ client, clock, site }: Session, nodes: readonly LostNodeFacts[]): Promise<number> {
  if (!nodes.some(({ voice }) => voice === "silent")) return clock.now();
  return (await clusterTime(client, namespaceOf(site, "front"))) ?? clock.now();
}

/**
 * Writes a word onto a node as it was when we decided: taints are one list to the API, others write it too, and a node that has begun to
 * answer meanwhile is another version. False when it was.
 */
async function write({ client }: Session, node: KubeObject, { word }: NodeWord, signal: AbortSignal): Promise<boolean> {
  const { name, resourceVersion } = node.metadata;
  const taints = word === "lost" ? withOurTaint(node) : withoutOurTaint(node);
  const body = { metadata: { resourceVersion }, spec: { taints: taints.length === 0 ? null : taints } };
  try {
    await client.patch(objectKinds.node, undefined, name, body, "merge", { manager, signal });
    return true;
  } catch (thrown) {
    if (["OBJECT_CONFLICT", "OBJECT_MISSING"].includes(problemOf(thrown).code)) return false;
    throw thrown;
  }
}
