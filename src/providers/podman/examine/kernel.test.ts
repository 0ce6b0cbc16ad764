import { describe, expect, test } from "vitest";
import type { Finding } from "../../provider.ts";
import { judgeKernel, type KernelFacts } from "./kernel.ts";

const limits = `Limit                     Soft Limit           Hard Limit           Units
Max processes             96365                96365                processes
Max open files            1024                 524288               files
`;

const machine: KernelFacts = {
  nftables: "",
  userNamespaces: "",
  controllers: "cpuset cpu io memory hugetlb pids rdma misc\n",
  cgroups: "",
  limits,
  filesystems: "nodev\tproc\nnodev\toverlay\n\text4\n",
};

const version1 = `#subsys_name	hierarchy	num_cgroups	enabled
cpu	2	1	1
memory	3	1	1
pids	4	1	1
`;

describe("a kernel", () => {
  test("of Debian is fine", () => {
    expect(judgeKernel(machine).map(({ state }) => state)).toEqual(Array(5).fill("fine"));
  });

  test("that refuses our table says so in its own words", () => {
    expect(named("nftables", { nftables: "Error: Could not process rule: Operation not supported" })).toMatchObject({
      state: "wrong",
      found: "Error: Could not process rule: Operation not supported",
    });
  });

  test("without user namespaces is weaker, and works", () => {
    expect(named("users", { userNamespaces: "unshare failed: No space left on device" })?.state).toBe("warning");
  });

  test("may control memory, cpu and processes by either version", () => {
    const { controllers: _controllers, ...rest } = machine;
    expect(judge("cgroups", { ...rest, cgroups: version1 })).toMatchObject({
      state: "fine",
      found: "version 1: cpu, memory, pids",
    });
  });

  test("without control of memory, as on a Raspberry Pi, says what to add", () => {
    expect(named("cgroups", { controllers: "cpuset cpu io pids\n" })).toMatchObject({
      state: "wrong",
      found: "no control of memory",
      fix: expect.stringContaining("cgroup_enable=memory"),
    });
    const { controllers: _controllers, ...rest } = machine;
    expect(judge("cgroups", { ...rest, cgroups: version1.replace("memory\t3\t1\t1", "memory\t0\t1\t0") })?.state).toBe(
      "wrong",
    );
  });

  test("with few open files allowed is a warning, and the soft limit does not count", () => {
    expect(named("limits", {})?.found).toBe("524288 open files, 96365 processes");
    expect(named("limits", { limits: limits.replace("524288", "1024  ") })?.state).toBe("warning");
    expect(named("limits", { limits: limits.replace("524288", "unlimited") })?.state).toBe("fine");
  });

  test("without overlay is a warning", () => {
    expect(named("overlay", { filesystems: "\text4\n" })?.state).toBe("warning");
  });
});

function named(name: string, facts: Partial<KernelFacts>): Finding | undefined {
  return judge(name, { ...machine, ...facts });
}

function judge(name: string, facts: KernelFacts): Finding | undefined {
  return judgeKernel(facts).find((finding) => finding.name === name);
}
