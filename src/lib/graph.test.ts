import { describe, expect, test } from "vitest";
import { inOrder } from "./graph.ts";

const edges = (of: Readonly<Record<string, string>>) => (thing: string) => [...(of[thing] ?? "")];

describe("an order", () => {
  test("puts everything behind what it waits for, and leaves the rest as it was given", () => {
    expect(inOrder([..."dcba"], edges({ d: "a", c: "b" })).join("")).toBe("adbc");
  });

  test("does not care about things that are not there", () => {
    expect(inOrder([..."ab"], edges({ a: "zb" })).join("")).toBe("ba");
  });

  test("is complete even where things wait for each other, and tells the edge that closed the ring", () => {
    const rings: string[] = [];
    expect(inOrder([..."abc"], edges({ a: "b", b: "c", c: "a" }), (from, to) => rings.push(from + to)).join("")).toBe(
      "cba",
    );
    expect(rings).toEqual(["ca"]);
  });

  test("bears a chain of 100,000 without running out of stack", () => {
    const chain = Array.from({ length: 100_000 }, (_, index) => index);
    expect(inOrder(chain, (index) => (index + 1 < chain.length ? [index + 1] : []))[0]).toBe(99_999);
  });
});
