import { join } from "node:path";
import type { ExecResult } from "../src/lib/exec.ts";
import { podmanPlaces } from "../src/providers/podman/places.ts";
import type { TestSite } from "../test/world/site.ts";

/** The words that call the private Podman of a test machine as freehold calls it. */
export function podmanOf({ machine }: TestSite): readonly [string, ...string[]] {
  const places = podmanPlaces({ root: machine.root, run: "/run/freehold" });
  return [
    "env",
    `CONTAINERS_CONF=${places.containersConf}`,
    `CONTAINERS_STORAGE_CONF=${places.storageConf}`,
    "PODMAN_IGNORE_CGROUPSV1_WARNING=1",
    "podman",
    "--tmpdir",
    places.tmp,
    "--network-config-dir",
    join(machine.disk, "bare-networks"),
  ];
}

/** Runs a command of the private Podman, which must succeed. */
export async function podman(site: TestSite, words: readonly string[]): Promise<string> {
  const { code, stdout, stderr }: ExecResult = await site.machine.exec([...podmanOf(site), ...words]);
  if (code !== 0) throw new Error(`podman ${words[0]}: ${stderr}`);
  return stdout.trim();
}
