import { expect, test } from "vitest";
import { judgeMemory } from "./memory.ts";

test.each([
  [900_000, "fine"],
  [400_000, "warning"],
  [100_000, "wrong"],
])("%d KiB of available memory are %s", (available, state) => {
  const text = `MemTotal:        1024000 kB\nMemFree:           10000 kB\nMemAvailable:   ${available} kB\n`;
  expect(judgeMemory(text).state).toBe(state);
});
