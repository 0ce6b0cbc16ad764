import { readdir, readFile, readlink } from "node:fs/promises";
import { execOrFail } from "../../src/lib/exec.ts";
import type { Machine } from "./machine.ts";

/** A container that runs, as the kernel's process table tells it: no word of Podman's or freehold's is taken for it. */
export type RunningContainer = {
  /** As freehold named it: `home.blog`, `home.mail.imap`. */
  readonly name: string;
  /** 64 hex digits. */
  readonly id: string;
  /** Process id of its first process, as this side sees it. */
  readonly pid: number;
};

/** The containers that run on a machine, by name. */
export async function runningContainers(machine: Machine): Promise<ReadonlyMap<string, RunningContainer>> {
  const own = await readlink(`/proc/${machine.pid()}/ns/pid`);
  const found = new Map<string, RunningContainer>();
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const container = await monitored(Number(entry), own);
    if (container !== undefined) found.set(container.name, container);
  }
  return found;
}

/** The one container of that name, or the second of the two that relieve each other there; a failure lists what runs. */
export async function runningContainer(machine: Machine, name: string): Promise<RunningContainer> {
  const all = await runningContainers(machine);
  const found = all.get(name) ?? all.get(`${name}_b`);
  if (found === undefined) throw new Error(`expected ${name} to run, got ${[...all.keys()].join(", ") || "nothing"}`);
  return found;
}

/** The address of a container in its service's network, read from its network namespace. */
export async function addressOf({ pid }: RunningContainer): Promise<string> {
  const show = ["ip", "-4", "-brief", "address", "show", "dev", "eth0"];
  const text = await execOrFail(["nsenter", "-t", `${pid}`, "-n", ...show]);
  const address = /(\d+\.\d+\.\d+\.\d+)\//.exec(text)?.[1];
  if (address === undefined) throw new Error(`expected an address of eth0, got "${text}"`);
  return address;
}

/** The container that a process watches over, if it is a conmon of this process namespace. */
async function monitored(pid: number, namespace: string): Promise<RunningContainer | undefined> {
  try {
    const words = (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0");
    if (!words[0]?.endsWith("conmon")) return undefined;
    if ((await readlink(`/proc/${pid}/ns/pid`)) !== namespace) return undefined;
    const name = words[words.indexOf("-n") + 1] ?? "";
    const id = words[words.indexOf("-c") + 1] ?? "";
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ").map(Number);
    for (const child of children) {
      // what conmon runs to clean up is in its own namespace
      if (child > 0 && (await readlink(`/proc/${child}/ns/pid`)) !== namespace) return { name, id, pid: child };
    }
    return undefined;
  } catch {
    return undefined; // it ended while we looked
  }
}
