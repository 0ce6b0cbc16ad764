import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { exec } from "../../src/lib/exec.ts";
import { runningContainers } from "../world/containers.ts";
import { createHome } from "../world/site.ts";

test("a whole site on a test machine leaves no process, mount, network, table, control group or file behind", async () => {
  const before = await machineWide();
  const home = await createHome();
  await home.mustUp();
  const containers = [...(await runningContainers(home.machine)).values()];
  expect(containers.length).toBeGreaterThanOrEqual(4);
  await home.machine.end();
  expect(containers.filter(({ pid }) => existsSync(`/proc/${pid}`))).toEqual([]);
  expect(existsSync(home.machine.disk)).toBe(false);
  const after = await machineWide();
  expect(after.filter((line) => !before.includes(line))).toEqual([]);
  const groups = await exec(["find", "/sys/fs/cgroup", "-maxdepth", "3", "-name", "*libpod-*"]);
  expect(containers.filter(({ id }) => groups.stdout.includes(id))).toEqual([]);
});

/** What freehold or Podman could leave on the machine that the tests run on, a line each. */
async function machineWide(): Promise<string[]> {
  const links = await exec(["ip", "-brief", "link", "show", "type", "bridge"]);
  const tables = await exec(["nft", "list", "tables"]);
  const mounts = await readFile("/proc/self/mounts", "utf8");
  const namespaces = await readdir("/run/netns").catch(() => []);
  return [...links.stdout.split("\n"), ...tables.stdout.split("\n"), ...mounts.split("\n"), ...namespaces];
}
