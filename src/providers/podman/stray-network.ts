import { readdir, readlink, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { exec } from "../../lib/exec.ts";
import { isErrno } from "../../lib/fs.ts";

/** Where Podman keeps the network namespaces of containers. */
const directory = "/run/netns";

/**
 * Takes away network namespaces with this address in which no process lives: whoever was to do that was killed, and a new container
 * would share its address with nobody. Only namespaces that Podman named are looked at.
 */
export async function removeStrayNetworks(address: string): Promise<void> {
  const names = (await entries(directory)).filter((name) => /^netns-[0-9a-f-]{36}$/.test(name));
  if (names.length === 0) return;
  const inhabited = await inhabitedNetworks();
  for (const name of names) {
    const path = join(directory, name);
    const inode = await inodeOf(path);
    if (inode === undefined || inhabited.has(`net:[${inode}]`)) continue;
    const enter = ["nsenter", `--net=${path}`, "ip"] as const;
    const { stdout } = await exec([...enter, "-4", "-oneline", "address", "show"]);
    if (!stdout.includes(` ${address}/`)) continue;
    await exec([...enter, "link", "delete", "eth0"]); // at once; the kernel takes its time with the namespace
    await exec(["umount", "--lazy", path]);
    await rm(path, { force: true });
  }
}

/** The network namespaces of all processes, as `/proc/PID/ns/net` names them. */
async function inhabitedNetworks(): Promise<ReadonlySet<string>> {
  const processes = (await entries("/proc")).filter((name) => /^\d+$/.test(name));
  const networks = await Promise.all(processes.map((pid) => unlessGone(readlink(`/proc/${pid}/ns/net`))));
  return new Set(networks.filter((network) => network !== undefined));
}

async function inodeOf(path: string): Promise<number | undefined> {
  return (await unlessGone(stat(path)))?.ino;
}

async function entries(path: string): Promise<readonly string[]> {
  return (await unlessGone(readdir(path))) ?? [];
}

async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ESRCH", "EACCES")) return undefined;
    throw thrown;
  }
}
