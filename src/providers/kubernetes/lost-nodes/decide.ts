import type { KubeObject } from "../client/object.ts";
import { canBeUsedOn } from "./affinity.ts";
import type { LostNodeFacts } from "./node.ts";

/** A pod of the site with the volumes of its state, on a node. */
export type StatefulPod = {
  readonly node: string;
  /** The container that it is one of, if it is of a resource: `container/calendar/calendar`. */
  readonly container?: string;
  /** Its PersistentVolumes, at least one. */
  readonly volumes: readonly KubeObject[];
};

/** What is known of a cluster at a moment. */
export type LostNodesView = {
  readonly nodes: readonly LostNodeFacts[];
  /** Those on nodes that are overdue; others do not matter. */
  readonly pods: readonly StatefulPod[];
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly now: number;
  /** Milliseconds of silence after which a node counts as lost; absent: none ever does. */
  readonly after?: number;
};

/** A node to declare lost: for how long it has been silent, in milliseconds, and whose state waits for that. */
export type Loss = { readonly node: string; readonly silentFor: number; readonly containers: readonly string[] };

/** What is to be said of nodes. */
export type LostNodesDecision = {
  readonly lose: readonly Loss[];
  /** Nodes that we declared lost and that answer again. */
  readonly welcome: readonly string[];
  /** Nodes that would be declared lost if so many were not silent at once. */
  readonly spared: readonly string[];
};

/** Nodes that have been silent for too long, and of which nobody has said that they are lost. */
export function overdue({ nodes, now, after }: Omit<LostNodesView, "pods">): readonly Overdue[] {
  if (after === undefined) return [];
  return nodes.flatMap(({ name, silentSince, declaredBy }) => {
    const silentFor = now - (silentSince ?? now);
    return silentSince === undefined || declaredBy !== undefined || silentFor < after ? [] : [{ name, silentFor }];
  });
}

/** A node that has been silent for so many milliseconds. */
export type Overdue = { readonly name: string; readonly silentFor: number };

/**
 * Which nodes to declare lost, and of which to take that back. A node is lost when it has been silent for longer than `after`, state of the
 * site waits on it that another node which answers could have, and at least as many nodes answer as are silent: when most are silent at
 * once, it is rather the cluster that is cut off, or we are.
 */
export function decideLost(view: LostNodesView): LostNodesDecision {
  const { nodes, pods } = view;
  const answering = nodes.filter(({ voice }) => voice === "answers");
  const silent = nodes.filter(({ voice }) => voice === "silent");
  const welcome = answering.filter(({ declaredBy, isReady }) => declaredBy === "freehold" && isReady);
  const takers = [...answering.filter(({ declaredBy }) => declaredBy === undefined), ...welcome];
  const losses = overdue(view).flatMap(({ name, silentFor }): Loss[] => {
    const moving = pods.filter(({ node, volumes }) => node === name && canMove(volumes, takers));
    const containers = moving.flatMap(({ container }) => (container === undefined ? [] : [container]));
    return moving.length === 0 ? [] : [{ node: name, silentFor, containers: [...new Set(containers)].sort() }];
  });
  const isCutOff = silent.length > answering.length;
  return {
    lose: isCutOff ? [] : losses,
    welcome: welcome.map(({ name }) => name),
    spared: isCutOff ? losses.map(({ node }) => node) : [],
  };
}

/** Whether one of some nodes can have all of these volumes. */
export function canMove(volumes: readonly KubeObject[], nodes: readonly LostNodeFacts[]): boolean {
  return nodes.some((node) => volumes.every((volume) => canBeUsedOn(volume, node)));
}
