import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exclusively } from "./file-lock.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-lock-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const never = new AbortController().signal;

describe("the lock of a file", () => {
  test("lets one work at a time, and gives back what the work gave", async () => {
    const path = join(directory, "lock");
    let inside = 0;
    const most: number[] = [];
    const work = async (): Promise<number> => {
      most.push(++inside);
      await delay(20);
      return --inside;
    };
    expect(await Promise.all([1, 2, 3].map(() => exclusively(path, never, work)))).toEqual([0, 0, 0]);
    expect(most).toEqual([1, 1, 1]);
  });

  test("is let go when the work fails", async () => {
    const path = join(directory, "lock");
    await expect(exclusively(path, never, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await exclusively(path, never, () => Promise.resolve("then"))).toBe("then");
  });

  test("is no longer waited for when the signal says so", async () => {
    const path = join(directory, "lock");
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = exclusively(path, never, () => held);
    await delay(30);
    const second = exclusively(path, AbortSignal.timeout(50), () => Promise.resolve());
    await expect(second).rejects.toMatchObject({ problem: { kind: "waiting" } });
    release();
    await first;
  });
});
