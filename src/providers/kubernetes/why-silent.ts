import type { Container } from "../../resource/kinds/container.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { canMove } from "./lost-nodes/decide.ts";
import { type LostNodeFacts, lostNodeFacts, outOfService } from "./lost-nodes/node.ts";
import { volumesOf } from "./lost-nodes/stateful-pods.ts";
import type { PodState } from "./pod.ts";
import type { Session } from "./session.ts";

/** What keeps a pod on a node that does not answer, and what somebody can do: both in a few words. */
export type WhySilent = { readonly got: string; readonly hint: string };

/** Says why a pod is not made anew elsewhere although nobody has heard of its node; undefined when its node is heard of. */
export async function whySilent(
  { client, nodeLostAfter }: Pick<Session, "client" | "nodeLostAfter">,
  { mounts }: Pick<Container, "mounts">,
  { node: name, namespace, claims }: PodState,
): Promise<WhySilent | undefined> {
  const found = await client.get(objectKinds.node, undefined, name); // one that is gone is as silent
  const node = found && lostNodeFacts(found);
  if (node !== undefined && node.voice !== "silent") return undefined;
  const keepsState = mounts.some(({ source }) => source.startsWith("volume/"));
  const nodes = keepsState ? (await Array.fromAsync(client.list(objectKinds.node, {}))).map(lostNodeFacts) : [];
  const answering = nodes.filter(({ voice }) => voice === "answers");
  const mayMove = keepsState && canMove(await volumesOf(client, namespace, claims), answering);
  return explain({ name, declaredBy: node?.declaredBy, keepsState, mayMove, nodeLostAfter });
}

/** A node that is not heard of, and what was on it. */
type Silent = {
  readonly name: string;
  readonly declaredBy: LostNodeFacts["declaredBy"] | undefined;
  readonly keepsState: boolean;
  /** Another node could have its volumes. */
  readonly mayMove: boolean;
  readonly nodeLostAfter: number | undefined;
};

/** Pure. */
export function explain({ name, declaredBy, keepsState, mayMove, nodeLostAfter }: Silent): WhySilent {
  const silent = `the node ${name} does not answer`;
  if (!keepsState)
    return { got: silent, hint: `kubectl describe node ${name} tells since when; its pods move within a minute` };
  if (!mayMove)
    return {
      got: `${silent}, and no other that does can have its volume`,
      hint: `bring ${name} back; only a storage class whose volumes move lets state begin elsewhere`,
    };
  const byHand = `kubectl taint nodes ${name} ${outOfService}=lost:NoExecute`;
  if (declaredBy !== undefined)
    return { got: `${silent} and was declared lost: its state moves`, hint: "wait a minute" };
  if (nodeLostAfter !== undefined)
    return {
      got: `${silent}; its state moves when it is declared lost, after ${inWords(nodeLostAfter)} of silence`,
      hint: `when ${name} is surely off, sooner: ${byHand}`,
    };
  return {
    got: `${silent}; its state waits until somebody declares it lost, or node-lost-after in site.yaml does`,
    hint: `when ${name} is surely off: ${byHand}; engine: {kubernetes: {node-lost-after: 2m}} has the controller do so`,
  };
}

function inWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
