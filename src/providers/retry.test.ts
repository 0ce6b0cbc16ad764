import { describe, expect, test } from "vitest";
import { fakeClock } from "../lib/fake-clock.ts";
import { fail } from "../lib/problem.ts";
import { memoryRuntime } from "./memory/provider.ts";
import { memoryWorld } from "./memory/world.ts";
import { retrying } from "./retry.ts";

describe("a runtime that tries again", () => {
  /** One that does not answer so many times, for this reason. */
  const failing = (times: number, kind: "transient" | "user") => {
    const clock = fakeClock();
    let left = times;
    let calls = 0;
    const busy = (): void => {
      calls += 1;
      left -= 1;
      if (left >= 0) fail("BUSY", "expected an answer, got none", { kind });
    };
    const observe = async () => {
      busy();
      return { resources: [], slots: {}, foreignSlots: [] };
    };
    const entrances = async () => {
      busy();
      return ["192.0.2.1"];
    };
    const began = clock.now();
    const runtime = retrying({ ...memoryRuntime(memoryWorld({ clock })), observe, entrances }, clock);
    return { runtime, calls: () => calls, waited: () => clock.now() - began };
  };

  test("gets over what passes, with growing pauses: nearly four seconds in all", async () => {
    const { runtime, waited } = failing(4, "transient");
    await runtime.observe("home");
    expect(waited()).toBe(250 + 500 + 1000 + 2000);
  });

  test("gives up after five times, with the problem itself", async () => {
    const { runtime, calls } = failing(9, "transient");
    await expect(runtime.observe("home")).rejects.toMatchObject({ problem: { code: "BUSY" } });
    expect(calls()).toBe(5);
  });

  test("does not repeat what a person must mend", async () => {
    const { runtime, calls } = failing(9, "user");
    await expect(runtime.observe("home")).rejects.toMatchObject({ problem: { code: "BUSY" } });
    expect(calls()).toBe(1);
  });

  test("asks again also where the world comes in, if anybody knows", async () => {
    expect(await failing(3, "transient").runtime.entrances?.("home")).toEqual(["192.0.2.1"]);
    expect(retrying(memoryRuntime(memoryWorld()), fakeClock()).entrances).toBeUndefined();
  });
});
