import { expect, test } from "vitest";
import { enforcedIn } from "./control-group.ts";

test("limits and use are read from version 2 of control groups", () => {
  const files = new Map([
    ["memory.max", "134217728\n"],
    ["memory.current", "20000000\n"],
    ["memory.stat", "anon 1\ninactive_file 5000000\n"],
    ["cpu.max", "50000 100000\n"],
    ["cpu.stat", "usage_usec 1500\nuser_usec 1\n"],
    ["pids.max", "max\n"],
  ]);
  expect(enforcedIn(files)).toEqual({ memory: 134_217_728, cpu: 0.5, memoryUsed: 15_000_000, processorTime: 1.5 });
});

test("and from version 1, with a limit of processes where the kubelet sets one", () => {
  const files = new Map([
    ["memory/memory.limit_in_bytes", "134217728"],
    ["memory/memory.usage_in_bytes", "100"],
    ["memory/memory.stat", "inactive_file 900\ntotal_inactive_file 900"],
    ["cpu/cpu.cfs_quota_us", "200000"],
    ["cpu/cpu.cfs_period_us", "100000"],
    ["cpuacct/cpuacct.usage", "3000000"],
    ["pids/pids.max", "50"],
  ]);
  expect(enforcedIn(files)).toEqual({ memory: 134_217_728, cpu: 2, processes: 50, memoryUsed: 0, processorTime: 3 });
});

test("no limit is unlimited, in the words of either version", () => {
  const none = Number.POSITIVE_INFINITY;
  const second = new Map([
    ["memory.max", "max"],
    ["cpu.max", "max 100000"],
  ]);
  const first = new Map([
    ["memory/memory.limit_in_bytes", "9223372036854771712"],
    ["cpu/cpu.cfs_quota_us", "-1"],
    ["cpu/cpu.cfs_period_us", "100000"],
  ]);
  for (const files of [first, second]) expect(enforcedIn(files)).toMatchObject({ memory: none, cpu: none });
});

test("what could not be read is not taken for unlimited", () => {
  expect(enforcedIn(new Map())).toBeUndefined();
  expect(enforcedIn(new Map([["memory.max", "1"]]))).toBeUndefined();
});
