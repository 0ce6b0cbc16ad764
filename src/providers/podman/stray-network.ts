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
  const networks = await podmanNetworks();
  if (networks.length === 0) return;
  const inhabited = await inhabitedNetworks();
  for (const { path, network } of networks) {
    if (inhabited.has(network)) continue;
    const { stdout } = await exec(["nsenter", `--net=${path}`, "ip", "-4", "-oneline", "address", "show"]);
    if (stdout.includes(` ${address}/`)) await remove(path);
  }
}

/**
 * Takes away the name of the network namespace in which a process lives, so that it ends with the process: for a container
 * whose namespace Podman was killed before it wrote down. Nothing but its process tells that it is ours, so that must still live.
 */
export async function removeNetworkOf(pid: number): Promise<void> {
  const its = await unlessGone(readlink(`/proc/${pid}/ns/net`));
  if (its === undefined || its === (await readlink("/proc/self/ns/net"))) return;
  for (const { path, network } of await podmanNetworks()) if (network === its) await remove(path);
}

/** A network namespace that Podman named; `network` is what `/proc/PID/ns/net` says of a process in it. */
type Network = { readonly path: string; readonly network: string };

async function podmanNetworks(): Promise<readonly Network[]> {
  const names = (await entries(directory)).filter((name) => /^netns-[0-9a-f-]{36}$/.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const inode = (await unlessGone(stat(path)))?.ino;
      return inode === undefined ? [] : [{ path, network: `net:[${inode}]` }];
    }),
  );
  return found.flat();
}

async function remove(path: string): Promise<void> {
  await exec(["nsenter", `--net=${path}`, "ip", "link", "delete", "eth0"]); // at once; the kernel takes its time with the namespace
  await exec(["umount", "--lazy", path]);
  await rm(path, { force: true });
}

/** The network namespaces of all processes, as `/proc/PID/ns/net` names them. */
async function inhabitedNetworks(): Promise<ReadonlySet<string>> {
  const processes = (await entries("/proc")).filter((name) => /^\d+$/.test(name));
  const networks = await Promise.all(processes.map((pid) => unlessGone(readlink(`/proc/${pid}/ns/net`))));
  return new Set(networks.filter((network) => network !== undefined));
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
