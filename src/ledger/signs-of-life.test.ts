import { mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fakeClock } from "../lib/fake-clock.ts";
import { giveSigns, type Lifeless, watchSigns } from "./signs-of-life.ts";

let directory: string;
let claim: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-signs-"));
  claim = join(directory, "claim");
  await writeFile(claim, "{}");
});
afterEach(() => rm(directory, { recursive: true }));

describe("a holder who is waited for", () => {
  /** Looks every half second for so many seconds, each time after `before`; what the last look told. */
  async function watched(seconds: number, before: (second: number) => Promise<void>): Promise<Lifeless | undefined> {
    const clock = fakeClock();
    const look = watchSigns(clock);
    let found: Lifeless | undefined;
    for (let half = 0; half < seconds * 2 && found === undefined; half += 1) {
      await before(half / 2);
      found = await look(claim, process.pid);
      await clock.sleep(500);
    }
    return found;
  }

  test("works as long as he gives signs of life, however long that takes", async () => {
    const touch = (second: number): Promise<void> => utimes(claim, second, second - (second % 25));
    expect(await watched(300, touch)).toBeUndefined();
  });

  test("hangs when he has given none for half a minute", async () => {
    expect(await watched(29, async () => {})).toBeUndefined();
    expect(await watched(31, async () => {})).toBe("silent");
  });

  test("who slept with the machine is not blamed for it", async () => {
    const clock = fakeClock();
    const look = watchSigns(clock);
    await look(claim, process.pid);
    await clock.sleep(3_600_000);
    expect(await look(claim, process.pid)).toBeUndefined();
  });

  test("is forgotten when another one has the lock", async () => {
    const clock = fakeClock();
    const look = watchSigns(clock);
    for (let second = 0; second < 100; second += 1) {
      expect(await look(`${claim}${Math.floor(second / 20)}`, process.pid)).toBeUndefined();
      await clock.sleep(1000);
    }
  });
});

test("whoever holds a lock gives a sign every five seconds, until it is released", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const stop = giveSigns(claim);
    await utimes(claim, 0, 0);
    vi.advanceTimersByTime(5000);
    await vi.waitUntil(async () => (await stat(claim)).mtimeMs > 0);
    stop();
    await utimes(claim, 0, 0);
    vi.advanceTimersByTime(60_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await stat(claim)).mtimeMs).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
