import { afterEach, beforeEach, expect, test } from "vitest";
import { readRestarts } from "../ledger/restarts.ts";
import type { LostNodes, NodeWord } from "../providers/lost-nodes.ts";
import type { Site } from "../site/site.ts";
import { type Supervision, sampleSupervision, stateful } from "./sample-supervision.ts";

let some: Supervision;
beforeEach(async () => {
  some = await sampleSupervision();
});
afterEach(() => some.end());

const engine = (nodeLostAfter?: number): Pick<Site, "engine"> => ({
  engine: {
    kubernetes: { context: "lab", door: "balancer", ...(nodeLostAfter !== undefined && { nodeLostAfter }) },
  },
});

/** Nodes of which one is found lost once, and with what they were looked at. */
function lostOnce(asked: (number | undefined)[]): LostNodes {
  let words: readonly NodeWord[] = [
    { node: "attic", word: "lost", silentFor: 130_000, containers: ["container/calendar/calendar"] },
  ];
  return {
    post: async () => {},
    look: async (_site, after) => {
      asked.push(after);
      return { words: after === undefined ? [] : words, spared: [], isAnyLost: false };
    },
    say: async () => {
      const said = words;
      words = [];
      return said;
    },
  };
}

test("a node that is declared lost is in the log, and among what was the matter with those whose state it had", async () => {
  await some.apply(stateful(["calendar"], engine(120_000)));
  const asked: (number | undefined)[] = [];
  await some.runUntil(30_000, { lostNodes: lostOnce(asked) });
  expect(new Set(asked)).toEqual(new Set([120_000]));
  const words =
    "the node attic has been silent for 130 s and was declared lost: the state of calendar moves to another";
  expect(some.lines).toContain(`warning: ${words}`);
  const remembered = (await readRestarts(some.layout.run)).get("container/calendar/calendar");
  expect(remembered).toMatchObject({ count: 0, trouble: { what: words } });
});

test("what site.yaml asks for of lost nodes holds as soon as it is applied", async () => {
  await some.apply(stateful(["calendar"], engine()));
  const asked: (number | undefined)[] = [];
  some.at(60_000, () => some.apply(stateful(["calendar"], engine(180_000))));
  some.at(120_000, () => some.apply(stateful(["calendar"], engine())));
  await some.runUntil(180_000, { lostNodes: lostOnce(asked) });
  expect(asked.filter((after, index) => index === 0 || after !== asked[index - 1])).toEqual([
    undefined,
    180_000,
    undefined,
  ]);
});
