import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execOrFail } from "../../lib/exec.ts";
import { exclusively } from "../../lib/file-lock.ts";
import type { Places } from "./places.ts";

/** Where Podman and `ip netns` keep network namespaces. */
const directory = "/run/netns";

/**
 * Makes the directory of network namespaces a shared mount of its own, as `ip netns add` does. Before 5.3 Podman forgot that for
 * containers with a user namespace: it could then not take their network away, and two containers had one address
 * (containers/podman pull request 24024). What is mounted there stays visible. May be called by several processes at once.
 */
export async function prepareNamespaceDirectory(places: Places): Promise<void> {
  if (await isShared()) return;
  await exclusively(join(places.run, "namespaces.lock"), new AbortController().signal, async () => {
    if (await isShared()) return;
    await mkdir(directory, { recursive: true, mode: 0o755 });
    await execOrFail(["mount", "--rbind", directory, directory]);
    await execOrFail(["mount", "--make-rshared", directory]);
  });
}

async function isShared(): Promise<boolean> {
  return isSharedMount(await readFile("/proc/self/mountinfo", "utf8"));
}

/** Whether the directory is a shared mount in the text of /proc/PID/mountinfo, see proc_pid_mountinfo(5). */
export function isSharedMount(mountinfo: string): boolean {
  const lines = mountinfo.split("\n").filter((line) => line.split(" ")[4] === directory);
  return lines.some((line) => / shared:\d+ /.test(line.split(" - ")[0]?.concat(" ") ?? ""));
}
