import { describe, expect, test } from "vitest";
import { mergeByTime } from "./merge.ts";

async function* listOf(...times: number[]) {
  for (const at of times) yield { at };
}

async function timesOf(merged: AsyncIterable<{ at: number }>): Promise<number[]> {
  const times: number[] = [];
  for await (const { at } of merged) times.push(at);
  return times;
}

describe("several logs as one", () => {
  test("are in the order of time", async () => {
    expect(await timesOf(mergeByTime([listOf(1, 4, 9), listOf(), listOf(2, 3, 10)]))).toEqual([1, 2, 3, 4, 9, 10]);
  });

  test("keep the order of the services where times are equal", async () => {
    const named = async function* (name: string) {
      yield { at: 5, name };
    };
    const names: string[] = [];
    for await (const { name } of mergeByTime([named("a"), named("b")])) names.push(name);
    expect(names).toEqual(["a", "b"]);
  });

  test("are let go of when nobody reads on", async () => {
    const closed: string[] = [];
    const endless = async function* () {
      try {
        for (let at = 0; ; at += 1) yield { at };
      } finally {
        closed.push("closed");
      }
    };
    for await (const { at } of mergeByTime([endless(), endless()])) if (at === 3) break;
    expect(closed).toEqual(["closed", "closed"]);
  });
});
