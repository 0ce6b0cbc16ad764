import { beforeEach, describe, expect, test } from "vitest";
import { type FakeClock, fakeClock } from "../lib/fake-clock.ts";
import { fail } from "../lib/problem.ts";
import type { LostNodes, NodesFound, NodeWord } from "../providers/lost-nodes.ts";
import { lookOut } from "./lookout.ts";
import { createLostNodesWatch, type LostNodesOptions } from "./lost-nodes.ts";

const lost: NodeWord = {
  ...{ node: "attic", word: "lost", silentFor: 130_000 },
  containers: ["container/calendar/calendar", "container/calendar/web"],
};
const quiet: NodesFound = { words: [], spared: [], isAnyLost: false };

describe("looking after nodes", () => {
  let clock: FakeClock;
  let lines: string[];
  /** With what it was looked, and what there is to find. */
  let looks: (number | undefined)[];
  let found: () => Promise<NodesFound>;
  let isBusy: boolean;
  let said: number;
  let nodes: LostNodes;
  let asked: (number | undefined)[];

  beforeEach(() => {
    clock = fakeClock();
    [lines, looks, asked] = [[], [], []];
    [isBusy, said] = [false, 0];
    found = async () => quiet;
    nodes = {
      post: async () => {},
      look: async (_site, after) => {
        looks.push(after);
        return found();
      },
      say: async () => {
        said += 1;
        const { words } = await found();
        found = async () => ({ ...quiet, isAnyLost: true });
        return words;
      },
    };
  });

  const watchWith = (more: Partial<LostNodesOptions> = {}) =>
    createLostNodesWatch({
      ...{ site: "home", nodes, clock, signal: new AbortController().signal },
      alone: async (work) => (isBusy ? undefined : work(new AbortController().signal)),
      onAsked: async (after) => void asked.push(after),
      log: { info: (text) => lines.push(text), warn: (text) => lines.push(text) },
      ...more,
    });
  const lookFor = async (seconds: number, watch: ReturnType<typeof watchWith>, after?: number): Promise<void> => {
    for (let passed = 0; passed < seconds; passed += 1) {
      await watch.look(after);
      await clock.sleep(1000);
    }
  };

  test("costs a look every ten seconds, and one in all where nobody asks for it", async () => {
    await lookFor(60, watchWith(), 120_000);
    expect(looks).toHaveLength(6);
    looks = [];
    await lookFor(60, watchWith());
    expect(looks).toHaveLength(1);
  });

  test("goes on when nobody asks for it any more, for as long as a node bears our word", async () => {
    found = async () => ({ ...quiet, isAnyLost: true });
    const watch = watchWith();
    await lookFor(30, watch);
    expect(looks).toHaveLength(3);
    found = async () => quiet;
    await lookFor(60, watch);
    expect(looks).toHaveLength(4);
  });

  test("tells what was said of a node, in the log and to who asked", async () => {
    found = async () => ({ ...quiet, words: [lost] });
    expect(await watchWith().look(120_000)).toEqual([lost]);
    expect(lines).toEqual([
      "the node attic has been silent for 130 s and was declared lost: the state of calendar moves to another",
    ]);
  });

  test("says nothing while somebody else is at work, and does so at the next look", async () => {
    found = async () => ({ ...quiet, words: [lost] });
    isBusy = true;
    const watch = watchWith();
    await lookFor(20, watch, 120_000);
    expect([said, lines]).toEqual([0, []]);
    isBusy = false;
    await lookFor(10, watch, 120_000);
    expect(said).toBe(1);
  });

  test("tells once of nodes that are spared, and once of what goes wrong", async () => {
    found = async () => ({ ...quiet, spared: ["attic"] });
    const watch = watchWith();
    await lookFor(30, watch, 120_000);
    expect(lines).toEqual(["attic: silent for too long, but so are most nodes; none is declared lost"]);
    found = async () => fail("CLUSTER_REFUSED", "we may not patch nodes");
    await lookFor(30, watch, 120_000);
    expect(lines.slice(1)).toEqual(["nodes cannot be looked after: we may not patch nodes"]);
  });

  test("leaves it to others to take a word back, where it was never given the right to nodes", async () => {
    found = async () => ({ ...quiet, words: [{ ...lost, word: "back" }], isAnyLost: true });
    nodes = { ...nodes, say: async () => fail("CLUSTER_REFUSED", "we may not patch nodes") };
    await lookFor(60, watchWith());
    expect([looks.length, lines]).toEqual([1, []]);
  });

  test("tells who is to know with what it is asked for, again when that could not be done", async () => {
    let fails = 1;
    const onAsked = async (after: number | undefined): Promise<void> => {
      if (fails-- > 0) fail("CLUSTER_UNREACHABLE", "the cluster does not answer");
      asked.push(after);
    };
    const watch = watchWith({ onAsked });
    await lookFor(40, watch, 120_000);
    await lookFor(40, watch, 180_000);
    await lookFor(40, watch);
    expect(asked).toEqual([120_000, 180_000, undefined]);
  });

  test("is done by a lookout as well, somewhat later than the controller would, until it is told to end", async () => {
    const stop = new AbortController();
    clock.at(60_000, () => stop.abort());
    const log = { info: (text: string) => lines.push(text), warn: (text: string) => lines.push(text) };
    found = async () => ({ ...quiet, words: [lost] });
    const runtime = { lostNodes: nodes, alone: async () => ({ lost: stop.signal, release: async () => {} }) };
    await lookOut({ site: "home", after: 120_000, runtime, log, clock, signal: stop.signal });
    expect(new Set(looks)).toEqual(new Set([140_000]));
    expect([said, lines.length]).toEqual([1, 1]);
  });
});
