import { readdir, readlink } from "node:fs/promises";
import { isErrno } from "./fs.ts";
import { readProc } from "./proc.ts";

/** A TCP socket that waits for connections. `inode` names it in `/proc/PID/fd`. */
export type Listener = { readonly address: string; readonly port: number; readonly inode: number };

/** A process that holds something: its number and the name of its program. */
export type Holder = { readonly pid: number; readonly program: string };

/** The TCP sockets that listen in the network namespace of a process, as the kernel tells; none when it is gone. */
export async function listeners(pid: number | "self"): Promise<readonly Listener[]> {
  const tables = await Promise.all([readProc(`/proc/${pid}/net/tcp`), readProc(`/proc/${pid}/net/tcp6`)]);
  return tables.flatMap((table) => parseListeners(table ?? ""));
}

/** The listening sockets in the text of `/proc/PID/net/tcp` or `tcp6` (proc_net_tcp(5)). */
export function parseListeners(table: string): readonly Listener[] {
  return table.split("\n").flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [hex = "", port = ""] = fields[1]?.split(":") ?? [];
    if (fields[3] !== "0A") return [];
    return [{ address: addressFrom(hex), port: Number.parseInt(port, 16), inode: Number(fields[9]) }];
  });
}

/** How many TCP connections this machine (this process's network namespace) has open to an IPv4 address. */
export async function connectionsTo(address: string): Promise<number> {
  return parseConnections((await readProc("/proc/self/net/tcp")) ?? "").filter((to) => to === address).length;
}

/** The addresses that connections in the text of `/proc/PID/net/tcp` lead to: established ones, a line each. */
export function parseConnections(table: string): readonly string[] {
  return table.split("\n").flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[3] === "01" ? [addressFrom(fields[2]?.split(":")[0] ?? "")] : [];
  });
}

/** Whether an address as {@link listeners} tells it can be reached from the machine (or container) itself alone. */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1" || address.startsWith("::ffff:127.");
}

/** Who holds one of these sockets, where this process may look. */
export async function holderOf(inodes: ReadonlySet<number>): Promise<Holder | undefined> {
  const names = new Set([...inodes].map((inode) => `socket:[${inode}]`));
  for (const name of await namesIn("/proc")) {
    if (!/^[0-9]+$/.test(name)) continue;
    for (const descriptor of await namesIn(`/proc/${name}/fd`)) {
      if (!names.has(await linkTarget(`/proc/${name}/fd/${descriptor}`))) continue;
      return { pid: Number(name), program: (await readProc(`/proc/${name}/comm`))?.trim() ?? "" };
    }
  }
  return undefined;
}

function addressFrom(hex: string): string {
  const words = (hex.match(/.{8}/g) ?? []).map((word) => Buffer.from(word, "hex").reverse());
  const bytes = Buffer.concat(words);
  if (bytes.length === 4) return bytes.join(".");
  if (hex === "0".repeat(32)) return "::";
  if (bytes.toString("hex") === `${"0".repeat(31)}1`) return "::1";
  if (bytes.toString("hex").startsWith(`${"0".repeat(20)}ffff`)) return `::ffff:${bytes.subarray(12).join(".")}`;
  return (bytes.toString("hex").match(/.{4}/g) ?? []).join(":");
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch((thrown: unknown) => goneOr(thrown, []));
}

async function linkTarget(path: string): Promise<string> {
  return readlink(path).catch((thrown: unknown) => goneOr(thrown, ""));
}

/** Processes end while they are looked at, and some are not ours to look into. */
function goneOr<T>(thrown: unknown, otherwise: T): T {
  if (isErrno(thrown, "ENOENT", "ESRCH", "EACCES", "EPERM")) return otherwise;
  throw thrown;
}
