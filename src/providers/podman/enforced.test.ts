import { expect, test } from "vitest";
import { controlGroups } from "./enforced.ts";

test("with control groups of version 2 there is one for everything", () => {
  const group = "/sys/fs/cgroup/machine.slice/libpod-ab.scope/container";
  expect(controlGroups("0::/machine.slice/libpod-ab.scope/container\n")).toEqual({
    memory: group,
    cpu: group,
    cpuacct: group,
    pids: group,
  });
});

test("with mixed ones each controller has its own, whatever shares its line", () => {
  expect(controlGroups("9:pids:/p\n5:cpu,cpuacct:/c\n3:memory:/m:x\n0::/u\n")).toEqual({
    memory: "/sys/fs/cgroup/memory/m:x",
    cpu: "/sys/fs/cgroup/cpu/c",
    cpuacct: "/sys/fs/cgroup/cpuacct/c",
    pids: "/sys/fs/cgroup/pids/p",
  });
});
