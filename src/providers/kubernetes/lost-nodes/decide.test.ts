import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../client/object.ts";
import { decideLost, type LostNodesView, type StatefulPod } from "./decide.ts";
import { type LostNodeFacts, lostNodeFacts, withOurTaint, withoutOurTaint } from "./node.ts";

const minute = 60_000;
const now = Date.UTC(2026, 10, 21, 12);

function nodeObject(name: string, ready: string, minutes = 10, taints: readonly object[] = []): KubeObject {
  const lastTransitionTime = new Date(now - minutes * minute).toISOString();
  return {
    ...{ apiVersion: "v1", kind: "Node", metadata: { name, labels: { "kubernetes.io/hostname": name } } },
    spec: { taints },
    status: { conditions: [{ type: "Ready", status: ready, lastTransitionTime }] },
  };
}

const node = (...given: Parameters<typeof nodeObject>): LostNodeFacts => lostNodeFacts(nodeObject(...given));
const taint = (value: string) => ({ key: "node.kubernetes.io/out-of-service", value, effect: "NoExecute" });

/** A volume that is usable on these nodes, or on all. */
function volume(...nodes: readonly string[]): KubeObject {
  const matchExpressions = [{ key: "kubernetes.io/hostname", operator: "In", values: nodes }];
  const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions }] } };
  const spec = nodes.length === 0 ? {} : { nodeAffinity };
  return { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "v" }, spec };
}

const pod = (on: string, ...volumes: readonly KubeObject[]): StatefulPod => ({
  ...{ node: on, container: "container/calendar/calendar", volumes: volumes.length === 0 ? [volume()] : volumes },
});

const decided = (nodes: readonly LostNodeFacts[], pods: readonly StatefulPod[], more: Partial<LostNodesView> = {}) =>
  decideLost({ nodes, pods, now, after: 2 * minute, ...more });

const lost = (...given: Parameters<typeof decided>): readonly string[] =>
  decided(...given).lose.map((loss) => loss.node);

const [a, silent, b] = [node("a", "True"), node("silent", "Unknown"), node("b", "True")];

describe("a silent node", () => {
  test("is lost when state waits on it that could move, and says for how long and whose", () => {
    expect(decided([a, silent], [pod("silent")]).lose).toEqual([
      { node: "silent", silentFor: 10 * minute, containers: ["container/calendar/calendar"] },
    ]);
  });

  test("is not lost before its time, nor ever where nobody asks for that", () => {
    expect(lost([a, node("silent", "Unknown", 1)], [pod("silent")])).toEqual([]);
    expect(lost([a, node("silent", "Unknown", 2)], [pod("silent")])).toEqual(["silent"]);
    expect(decideLost({ nodes: [a, silent], pods: [pod("silent")], now })).toMatchObject({ lose: [] });
  });

  test("is left alone when nothing of the site waits on it", () => {
    expect(lost([a, silent], [])).toEqual([]);
    expect(lost([a, silent, b], [pod("a")])).toEqual([]);
  });

  test("is left alone when what waits on it could go nowhere else", () => {
    expect(lost([a, silent], [pod("silent", volume("silent"))])).toEqual([]);
    expect(lost([a, silent], [pod("silent", volume("silent"), volume())])).toEqual([]);
    expect(lost([a, silent], [pod("silent", volume("silent", "a"))])).toEqual(["silent"]);
    // no single node could have both
    expect(lost([a, silent, b], [pod("silent", volume("silent", "a"), volume("silent", "b"))])).toEqual([]);
  });

  test("of two nodes is lost, and of three; but neither when most are silent, which is told", () => {
    const other = node("other", "Unknown");
    expect(lost([a, silent], [pod("silent")])).toEqual(["silent"]);
    expect(lost([a, b, silent], [pod("silent")])).toEqual(["silent"]);
    expect(decided([a, silent, other], [pod("silent")])).toMatchObject({ lose: [], spared: ["silent"] });
    expect(lost([silent], [pod("silent")])).toEqual([]);
    expect(lost([silent, node("joining", "")], [pod("silent")])).toEqual([]);
  });

  test("that somebody declared lost already is left to them", () => {
    const theirs = node("silent", "Unknown", 10, [taint("nodeshutdown")]);
    expect(decided([a, theirs], [pod("silent")])).toEqual({ lose: [], welcome: [], spared: [] });
    expect(decided([a, node("back", "True", 1, [taint("nodeshutdown")])], [])).toMatchObject({ welcome: [] });
  });

  test("that we declared lost is welcome when it is ready again, whatever is asked for now", () => {
    const ours = [taint("freehold")];
    expect(decided([a, node("back", "True", 1, ours)], []).welcome).toEqual(["back"]);
    expect(decideLost({ nodes: [node("back", "True", 1, ours)], pods: [], now }).welcome).toEqual(["back"]);
    expect(decided([a, node("late", "False", 1, ours), node("off", "Unknown", 9, ours)], []).welcome).toEqual([]);
  });
});

describe("whatever a cluster looks like", () => {
  const someNode = fc.record({
    ready: fc.constantFrom("True", "False", "Unknown", ""),
    minutes: fc.integer({ min: -5, max: 30 }),
    taints: fc.subarray([taint("freehold"), { key: "else", effect: "NoSchedule" }]),
  });
  const view = fc.array(someNode, { maxLength: 6 }).chain((made) => {
    const objects = made.map(({ ready, minutes, taints }, index) => nodeObject(`n${index}`, ready, minutes, taints));
    const name = fc.integer({ min: 0, max: 5 }).map((index) => `n${index}`);
    const pods = fc.array(
      fc.tuple(name, fc.array(name, { maxLength: 2 })).map(([on, usable]) => pod(on, volume(...usable))),
      { maxLength: 6 },
    );
    return fc.record({ objects: fc.constant(objects), pods });
  });

  test("only silent nodes are lost, only with state, and only while as many answer", () => {
    fc.assert(
      fc.property(view, ({ objects, pods }) => {
        const nodes = objects.map(lostNodeFacts);
        const { lose } = decided(nodes, pods);
        const count = (voice: string): number => nodes.filter((one) => one.voice === voice).length;
        for (const { node: name, silentFor } of lose) {
          expect(nodes.find((one) => one.name === name)).toMatchObject({ voice: "silent" });
          expect(silentFor).toBeGreaterThanOrEqual(2 * minute);
          expect(pods.some((one) => one.node === name)).toBe(true);
          expect(count("silent")).toBeLessThanOrEqual(count("answers"));
        }
      }),
    );
  });

  test("what was said once is not said again, and nobody else's taint is touched", () => {
    fc.assert(
      fc.property(view, ({ objects, pods }) => {
        const { lose, welcome } = decided(objects.map(lostNodeFacts), pods);
        const after = objects.map((object): KubeObject => {
          const { name } = object.metadata;
          const spec = (taints: readonly unknown[]) => ({ ...object, spec: { taints } });
          if (lose.some((loss) => loss.node === name)) return spec(withOurTaint(object));
          return welcome.includes(name) ? spec(withoutOurTaint(object)) : object;
        });
        expect(decided(after.map(lostNodeFacts), pods)).toMatchObject({ lose: [], welcome: [] });
        const others = (all: readonly KubeObject[]) => all.map((one) => JSON.stringify(one).split('"else"').length);
        expect(others(after)).toEqual(others(objects));
      }),
    );
  });
});
