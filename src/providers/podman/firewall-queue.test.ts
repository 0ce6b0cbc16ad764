import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { gathered } from "./firewall-queue.ts";

describe("edits that are asked for side by side", () => {
  test("are committed together when they come during an earlier commit, all of them and in order", async () => {
    const commits: (readonly number[])[] = [];
    const change = gathered(async (edits: readonly number[]) => {
      await delay(10);
      commits.push(edits);
    });
    const first = change(1);
    await delay(2);
    await Promise.all([first, change(2), change(3), change(4)]);
    expect(commits).toEqual([[1], [2, 3, 4]]);
  });

  test("never run two commits at a time", async () => {
    let running = 0;
    let most = 0;
    const change = gathered(async () => {
      running += 1;
      most = Math.max(most, running);
      await delay(1);
      running -= 1;
    });
    for (let round = 0; round < 20; round += 1) {
      void change(round);
      await delay(Math.trunc(round / 10));
    }
    await change(20);
    expect(most).toBe(1);
  });

  test("tell a failure to everyone whose edit was in it, and to nobody after", async () => {
    const change = gathered(async (edits: readonly string[]) => {
      if (edits.includes("bad")) throw new Error("refused");
    });
    const together = await Promise.allSettled([change("good"), change("bad")]);
    expect(together.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(change("later")).resolves.toBeUndefined();
  });
});
