import { describe, expect, test } from "vitest";
import { podmanPlaces } from "./places.ts";
import { chooseRuntime, containersConf, hardLimit, storageConf } from "./settings.ts";

const unified = "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n";
const mixed = `cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n${unified}`;

const limits = `Limit                     Soft Limit           Hard Limit           Units
Max processes             96365                96365                processes
Max open files            1024                 20000                files
`;

describe("settings for the private Podman", () => {
  test("control groups of version 1 want runc, whatever else is installed", () => {
    expect(chooseRuntime(mixed, ["crun", "runc"])).toBe("runc");
    expect(chooseRuntime(unified, ["crun", "runc"])).toBe("crun");
  });

  test("the runtime that is there is better than none, and none is said", () => {
    expect(chooseRuntime(mixed, ["crun"])).toBe("crun");
    expect(chooseRuntime(unified, [])).toBeUndefined();
  });

  test("an image that names no capabilities gets a few as root, and never those that reach other processes or the kernel", () => {
    const text = containersConf({ runtime: "runc", systemd: false, openFiles: 20_000, processes: 96_365 });
    const given = /default_capabilities = \[(.*)\]/.exec(text)?.[1] ?? "";
    expect(given).toContain('"NET_BIND_SERVICE"');
    for (const never of ["NET_RAW", "MKNOD", "SYS_CHROOT", "SETFCAP", "SETPCAP", "SYS_ADMIN", "AUDIT_WRITE"])
      expect(given).not.toContain(never);
  });

  test("hard limits are read, and none means none", () => {
    expect(hardLimit(limits, "Max open files")).toBe(20_000);
    expect(hardLimit("Max processes   unlimited   unlimited   processes\n", "Max processes")).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  test("no limit is raised above what this process has, and processes never above 4096", () => {
    const text = containersConf({ runtime: "runc", systemd: false, openFiles: 20_000, processes: 96_365 });
    expect(text).toContain('default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]');
    expect(
      containersConf({ runtime: "crun", systemd: true, openFiles: Number.POSITIVE_INFINITY, processes: 100 }),
    ).toContain('default_ulimits = ["nofile=1048576:1048576", "nproc=100:100"]');
  });

  test("control groups are systemd's business where it is process 1, and ours elsewhere", () => {
    const facts = { runtime: "crun", openFiles: 1024, processes: 1024 } as const;
    expect(containersConf({ ...facts, systemd: true })).toContain('cgroup_manager = "systemd"');
    expect(containersConf({ ...facts, systemd: false })).toContain('cgroup_manager = "cgroupfs"');
  });

  test("a shared store of images is named only when there is one, and odd paths stay one value", () => {
    const roots = { root: '/srv/a"b', run: "/run/f" };
    const places = podmanPlaces(roots);
    expect(storageConf(places, roots)).toContain('graphroot = "/srv/a\\"b/podman/storage"');
    expect(storageConf(places, roots)).not.toContain("additionalimagestores");
    expect(storageConf(places, { ...roots, imageStore: "/images" })).toContain('additionalimagestores = ["/images"]');
  });
});
