import { describe, expect, test } from "vitest";
import { explain } from "./why-silent.ts";

const facts = { name: "attic", declaredBy: undefined, keepsState: true, mayMove: true, nodeLostAfter: undefined };

describe("what is on a node that does not answer", () => {
  test("is told what would free its state: the setting where there is none, and the command", () => {
    const { got, hint } = explain(facts);
    expect(got).toBe(
      "the node attic does not answer; its state waits until somebody declares it lost, or node-lost-after in site.yaml does",
    );
    expect(hint).toContain("kubectl taint nodes attic node.kubernetes.io/out-of-service=lost:NoExecute");
    expect(hint).toContain("node-lost-after: 2m");
  });

  test("is told when that will be by itself, and that it was", () => {
    expect(explain({ ...facts, nodeLostAfter: 120_000 }).got).toContain("after 2 min of silence");
    expect(explain({ ...facts, nodeLostAfter: 90_000 }).got).toContain("after 90 s of silence");
    expect(explain({ ...facts, nodeLostAfter: 120_000, declaredBy: "freehold" }).got).toContain("was declared lost");
  });

  test("is told that nothing but the node itself helps a volume that stays with it", () => {
    const { got, hint } = explain({ ...facts, mayMove: false, nodeLostAfter: 120_000 });
    expect(got).toBe("the node attic does not answer, and no other that does can have its volume");
    expect(hint).not.toContain("taint");
  });

  test("is told nothing of state where it keeps none", () => {
    expect(explain({ ...facts, keepsState: false }).got).toBe("the node attic does not answer");
  });
});
