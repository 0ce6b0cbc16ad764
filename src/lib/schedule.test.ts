import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { runInOrder, type Schedule } from "./schedule.ts";

/** Runs letters; `of` says what each waits for, capital letters fail. */
async function run(letters: string, of: Readonly<Record<string, string>>, rest: Partial<Schedule<string>> = {}) {
  const log: string[] = [];
  let most = 0;
  let running = 0;
  await runInOrder([...letters], {
    waitsFor: (letter) => [...(of[letter] ?? "")],
    run: async (letter) => {
      running += 1;
      most = Math.max(most, running);
      log.push(letter);
      await turn();
      running -= 1;
      return letter === letter.toLowerCase();
    },
    skip: (letter) => log.push(`-${letter}`),
    limit: 3,
    signal: new AbortController().signal,
    ...rest,
  });
  return { log: log.join(" "), most };
}

describe("a schedule", () => {
  test("runs what does not wait side by side, up to its limit", async () => {
    expect((await run("abcdefg", {})).most).toBe(3);
  });

  test("runs each behind all that it waits for", async () => {
    expect((await run("abc", { a: "c", c: "b" })).log).toBe("b c a");
  });

  test("skips what waits for a failure, however far behind, and runs all else", async () => {
    expect((await run("Xabcd", { a: "X", b: "a", c: "d" })).log.split(" ").sort()).toEqual(
      ["-a", "-b", "X", "c", "d"].sort(),
    );
  });

  test("skips what waits for a failure and a success", async () => {
    expect((await run("Xya", { a: "Xy" })).log).toBe("X y -a");
  });

  test("begins nothing once it was stopped, and ends", async () => {
    const stop = new AbortController();
    const log: string[] = [];
    await runInOrder([..."abcd"], {
      waitsFor: () => [],
      run: async (letter) => {
        log.push(letter);
        stop.abort();
        return true;
      },
      skip: (letter) => log.push(`-${letter}`),
      limit: 1,
      signal: stop.signal,
    });
    expect(log).toEqual(["a", "-b", "-c", "-d"]);
  });

  test("with nothing to do ends at once, and waiting for strangers or oneself is no waiting", async () => {
    expect((await run("", {})).log).toBe("");
    expect((await run("a", { a: "az" })).log).toBe("a");
  });
});
