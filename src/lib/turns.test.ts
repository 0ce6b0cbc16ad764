import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { turns } from "./turns.ts";

test("works are done one after another, in order, and a failure is its asker's alone", async () => {
  const inTurn = turns();
  const seen: string[] = [];
  const work = async (name: string, milliseconds: number): Promise<string> => {
    seen.push(`${name} starts`);
    await delay(milliseconds);
    seen.push(`${name} ends`);
    if (name === "b") throw new Error("b failed");
    return name;
  };
  const results = await Promise.allSettled([
    inTurn(() => work("a", 10)),
    inTurn(() => work("b", 1)),
    inTurn(() => work("c", 1)),
  ]);
  expect(seen).toEqual(["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});
