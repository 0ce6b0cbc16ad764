import { describe, expect, test } from "vitest";
import { followByTime } from "./follow.ts";

type Line = { readonly at: number; readonly from?: string };

/** A stream that gives what it is told to, and a clock that stands still until it is told to go. */
function world(count: number) {
  let now = 0;
  const sleepers: { readonly until: number; wake(): void }[] = [];
  const sources = Array.from(
    { length: count },
    () => new TransformStream<Line, Line>(undefined, { highWaterMark: 100 }),
  );
  const writers = sources.map(({ writable }) => writable.getWriter());
  const clock = {
    elapsed: () => now,
    sleep: (milliseconds: number) => new Promise<void>((wake) => sleepers.push({ until: now + milliseconds, wake })),
  };
  const out: Line[] = [];
  const settle = () => new Promise((done) => setImmediate(done));
  const all = (async () => {
    const streams = sources.map(({ readable }) => readable);
    for await (const line of followByTime(streams, { clock, wait: 200 })) out.push(line);
  })();
  return {
    out: () => out.map(({ at }) => at),
    names: () => out.map(({ from }) => from),
    all,
    fail: (index: number, thrown: Error) => writers[index]?.abort(thrown),
    end: (index: number) => writers[index]?.close(),
    give: async (index: number, line: Line) => {
      await writers[index]?.write(line);
      await settle();
    },
    pass: async (milliseconds: number) => {
      now += milliseconds;
      for (const { until, wake } of sleepers) if (until <= now) wake();
      await settle();
    },
  };
}

describe("logs that are followed", () => {
  test("are one in the order of time, although one comes a little later than another", async () => {
    const { give, pass, out } = world(2);
    await give(0, { at: 1000 });
    await pass(100);
    await give(1, { at: 990 });
    await give(0, { at: 1100 });
    expect(out()).toEqual([]);
    await pass(100);
    expect(out()).toEqual([990, 1000]);
    await pass(100);
    expect(out()).toEqual([990, 1000, 1100]);
  });

  test("show what comes much later than its time without waiting for more", async () => {
    const { give, pass, out } = world(2);
    await give(0, { at: 5000 });
    await pass(200);
    await give(1, { at: 1 });
    await pass(199);
    expect(out()).toEqual([5000]);
    await pass(1);
    expect(out()).toEqual([5000, 1]);
  });

  test("keep the order of each part, also when the machine's clock is set back", async () => {
    const { give, pass, out, names } = world(2);
    await give(0, { at: 9000, from: "a" });
    await give(0, { at: 100, from: "b" });
    await give(1, { at: 101, from: "other" });
    await pass(200);
    expect(out()).toEqual([101, 9000, 100]);
    expect(names()).toEqual(["other", "a", "b"]);
  });

  test("end with the last one, and lose nothing that waits", async () => {
    const { give, end, pass, out, all } = world(2);
    await give(0, { at: 2 });
    await give(1, { at: 1 });
    void Promise.all([end(0), end(1)]);
    await pass(200);
    await all;
    expect(out()).toEqual([1, 2]);
  });

  test("fail with the first that fails, after what had come", async () => {
    const { give, fail, pass, out, all } = world(2);
    const failed = expect(all).rejects.toThrow("cut off");
    await give(0, { at: 1 });
    void fail(1, new Error("cut off"));
    await pass(200);
    await failed;
    expect(out()).toEqual([1]);
  });
});
