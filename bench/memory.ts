import { readdir, readFile, readlink } from "node:fs/promises";
import { runningContainers } from "../test/world/containers.ts";
import { descendants } from "../test/world/descendants.ts";
import type { TestSite } from "../test/world/site.ts";

/** What one part of freehold uses. Proportional set size: memory that several processes share is counted once in all. */
export type Use = { readonly name: string; readonly bytes: number };

/** The processes of a machine that are not a service of the person's: supervisor, front door, Podman's own. */
export async function memoryBeside({ machine }: TestSite): Promise<Use[]> {
  const containers = [...(await runningContainers(machine)).values()];
  const services = containers.filter(({ name }) => !name.includes(".front."));
  const theirs = new Set(
    (await Promise.all(services.map(async ({ pid }) => [pid, ...(await descendants(pid))]))).flat(),
  );
  const namespaces = new Set([machine.pid(), ...containers.map(({ pid }) => pid)]);
  const own = new Set(await Promise.all([...namespaces].map((pid) => readlink(`/proc/${pid}/ns/pid`))));
  const uses = new Map<string, number>();
  for (const entry of await readdir("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === machine.pid() || theirs.has(pid)) continue;
    const use = await useOf(pid, own);
    if (use !== undefined) uses.set(use.name, (uses.get(use.name) ?? 0) + use.bytes);
  }
  return [...uses].map(([name, bytes]) => ({ name, bytes }));
}

async function useOf(pid: number, namespaces: ReadonlySet<string>): Promise<Use | undefined> {
  try {
    if (!namespaces.has(await readlink(`/proc/${pid}/ns/pid`))) return undefined;
    const name = (await readFile(`/proc/${pid}/comm`, "utf8")).trim();
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return { name, bytes: Number(kilobytes ?? 0) * 1024 };
  } catch {
    return undefined; // it ended while we looked
  }
}
