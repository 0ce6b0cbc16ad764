import { describe, expect, test } from "vitest";
import { fakeClock } from "../lib/fake-clock.ts";
import { fail } from "../lib/problem.ts";
import { memoryRuntime } from "./memory/provider.ts";
import { memoryWorld } from "./memory/world.ts";
import { retrying } from "./retry.ts";

/** A runtime that answers nothing for so many milliseconds of its clock, for this reason. */
function silentFor(milliseconds: number, kind: "transient" | "waiting") {
  const clock = fakeClock();
  let asked = 0;
  const entrances = async (): Promise<readonly string[]> => {
    asked += 1;
    return clock.elapsed() < milliseconds
      ? fail("CLUSTER_UNREACHABLE", "expected an answer, got none", { kind })
      : ["one"];
  };
  const runtime = retrying({ ...memoryRuntime(memoryWorld({ clock })), entrances }, clock);
  return { runtime, asked: () => asked };
}

describe("a runtime that tries again", () => {
  test("gets over a silence of three seconds, and nobody is told", async () => {
    const { runtime } = silentFor(3000, "transient");
    expect(await runtime.entrances?.("home")).toEqual(["one"]);
  });

  test("says what is wrong when it lasts", async () => {
    const { runtime, asked } = silentFor(60_000, "transient");
    await expect(runtime.entrances?.("home")).rejects.toMatchObject({ problem: { code: "CLUSTER_UNREACHABLE" } });
    expect(asked()).toBe(5);
  });

  test("tries nothing again that no pause helps", async () => {
    const { runtime, asked } = silentFor(60_000, "waiting");
    await expect(runtime.entrances?.("home")).rejects.toMatchObject({ problem: { kind: "waiting" } });
    expect(asked()).toBe(1);
  });

  test("has only what the other one has", () => {
    expect(retrying(memoryRuntime(memoryWorld({ clock: fakeClock() })), fakeClock()).entrances).toBeUndefined();
  });
});
