import { describe, expect, test } from "vitest";
import type { Finding } from "../../provider.ts";
import { judgePrograms, type ProgramFacts } from "./programs.ts";

const machine: ProgramFacts = {
  user: 0,
  podman: "podman version 5.4.2",
  runtimes: ["crun"],
  mounts: "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n",
  netavark: "netavark 1.14.0",
  aardvark: true,
  iptables: false,
  nft: true,
  resolves: true,
};

const mixedGroups =
  "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n";

describe("the programs of a machine", () => {
  test("are fine on Debian 13 with Podman", () => {
    expect(judgePrograms(machine).map(({ state }) => state)).toEqual(Array(5).fill("fine"));
    expect(named("podman", {})).toEqual({ name: "podman", state: "fine", found: "podman 5.4.2" });
  });

  test.each([
    ["podman version 4.3.1", "fine"],
    ["podman version 4.10.0-dev", "fine"],
    ["podman version 4.2.9", "wrong"],
    ["podman version 3.4.4", "wrong"],
    ["podman version 10.0.0", "fine"],
    ["", "wrong"],
  ])("with %j as the version of Podman are %s", (podman, state) => {
    expect(named("podman", { podman })?.state).toBe(state);
  });

  test("without Podman say what to install", () => {
    const { podman: _podman, ...rest } = machine;
    expect(judgePrograms(rest).find(({ name }) => name === "podman")).toEqual({
      name: "podman",
      state: "wrong",
      found: "not installed",
      expected: "podman 4.3 or later",
      fix: "apt-get install podman",
    });
  });

  test("need runc where control groups of version 1 are mounted, which crun refuses", () => {
    expect(named("runtime", { mounts: mixedGroups })).toMatchObject({ state: "wrong", fix: "apt-get install runc" });
    expect(named("runtime", { mounts: mixedGroups, runtimes: ["crun", "runc"] })).toMatchObject({
      state: "fine",
      found: "runc",
    });
    expect(named("runtime", { runtimes: [] })).toMatchObject({ state: "wrong", fix: "apt-get install crun" });
  });

  test("name every missing one of the network at once", () => {
    const { netavark: _netavark, ...rest } = machine;
    const findings = judgePrograms({ ...rest, nft: false });
    expect(findings.find(({ name }) => name === "network")).toMatchObject({
      state: "wrong",
      found: "netavark and nftables not installed",
      fix: "apt-get install netavark nftables",
    });
  });

  test("need iptables with the netavark of Debian 12 alone", () => {
    expect(named("network", { netavark: "netavark 1.4.0" })).toMatchObject({
      state: "wrong",
      fix: "apt-get install iptables",
    });
    expect(named("network", { netavark: "netavark 1.4.0", iptables: true })?.state).toBe("fine");
    expect(named("network", {})?.state).toBe("fine");
  });

  test("need a resolver only for services that may reach the internet", () => {
    expect(named("resolver", { aardvark: false })?.state).toBe("wrong");
    expect(named("resolver", { aardvark: false, resolves: false })?.state).toBe("warning");
  });

  test("are run as root", () => {
    expect(named("root", { user: 1000 })).toMatchObject({ state: "wrong", found: "this runs as user 1000" });
  });
});

function named(name: string, facts: Partial<ProgramFacts>): Finding | undefined {
  return judgePrograms({ ...machine, ...facts }).find((finding) => finding.name === name);
}
