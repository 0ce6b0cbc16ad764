import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { problemOf } from "../lib/problem.ts";
import type { LostNodes, NodesFound, NodeWord } from "../providers/lost-nodes.ts";

/** What nodes are looked after with. */
export type LostNodesOptions = {
  readonly site: string;
  /** Absent where there are no nodes. */
  readonly nodes: LostNodes | undefined;
  /** Does work while nobody else works on the site; undefined when somebody does. */
  readonly alone: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T | undefined>;
  /** Told with what is asked for when that has changed. */
  readonly onAsked?: (after: number | undefined) => Promise<void>;
  readonly log: Log;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

/** Looks after the nodes of a cluster. */
export type LostNodesWatch = {
  /**
   * Looks, if it is time to; tells what was said of nodes by that. `after`: milliseconds of silence after which one is lost; absent: none is,
   * and it is only seen to that what was said before is taken back. Never throws: what goes wrong is told in the log, once.
   */
  look(after: number | undefined): Promise<readonly NodeWord[]>;
};

/** Milliseconds between two looks at the nodes. */
const rhythm = 10_000;

const none: NodesFound = { words: [], spared: [], isAnyLost: false };

/** Nothing is known of nodes at first. */
export function createLostNodesWatch(options: LostNodesOptions): LostNodesWatch {
  const { site, nodes, alone, log, clock, signal, onAsked = async () => {} } = options;
  let next = 0;
  /** What was asked with the last time, and what it found. Undefined: nobody looked yet. */
  let last: { readonly after: number | undefined; readonly found: NodesFound } | undefined;
  /** What was asked for when somebody was last told of it. */
  let asked: { readonly after: number | undefined } | undefined;
  let lastTrouble = "";
  let toldSpared = "";

  const isOver = (after: number | undefined): boolean =>
    after === undefined && last !== undefined && last.after === undefined && !last.found.isAnyLost;

  const tellSpared = ({ spared }: NodesFound): void => {
    const names = spared.join(", ");
    if (names !== "" && names !== toldSpared)
      log.warn(`${names}: silent for too long, but so are most nodes; none is declared lost`);
    toldSpared = names;
  };

  const lookNow = async (known: LostNodes, after: number | undefined): Promise<readonly NodeWord[]> => {
    if (asked === undefined || asked.after !== after) {
      await onAsked(after);
      asked = { after };
    }
    const found = await known.look(site, after, signal);
    last = { after, found };
    tellSpared(found);
    if (found.words.length === 0) return [];
    const said = (await alone((either) => known.say(site, after, either))) ?? [];
    for (const word of said) log.warn(spoken(word));
    if (said.length > 0) last = { after, found: { ...none, isAnyLost: true } };
    return said;
  };

  return {
    look: async (after) => {
      if (nodes === undefined || isOver(after) || clock.elapsed() < next) return [];
      next = clock.elapsed() + rhythm;
      try {
        const said = await lookNow(nodes, after);
        lastTrouble = "";
        return said;
      } catch (thrown) {
        if (signal.aborted) return [];
        const { code, message } = problemOf(thrown);
        // the word on a node is then another site's of this cluster, and theirs to take back
        if (after === undefined && code === "CLUSTER_REFUSED") {
          last = { after, found: none };
          return [];
        }
        if (message !== lastTrouble) log.warn(`nodes cannot be looked after: ${message}`);
        lastTrouble = message;
        return [];
      }
    },
  };
}

/** What was said of a node, for people. */
export function spoken({ node, word, silentFor, containers }: NodeWord): string {
  if (word === "back") return `the node ${node} is back: it takes part again`;
  const whose = [...new Set(containers.map((id) => id.split("/")[1] ?? id))].join(", ");
  const what = whose === "" ? "state" : `the state of ${whose}`;
  return `the node ${node} has been silent for ${Math.round(silentFor / 1000)} s and was declared lost: ${what} moves to another`;
}
