import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isErrno } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import type { Enforced } from "../provider.ts";
import { needContainer } from "./container-list.ts";
import type { Session } from "./session.ts";

const cgroups = "/sys/fs/cgroup";

/** What the kernel enforces on a container, read from its control group. Problems: `CONTAINER_UNKNOWN`, `CONTAINER_STOPPED`. */
export async function enforcedOn(session: Session, id: string): Promise<Enforced> {
  const { run, container } = await needContainer(session.client, session.site, id);
  if (run.state === "stopped")
    fail("CONTAINER_STOPPED", `expected ${container.part} of ${container.service} to run, got it stopped`);
  const groups = controlGroups(await readFile(`/proc/${run.pid}/cgroup`, "utf8"));
  const [memory, cpu, processes, used, time] = await Promise.all([
    least(groups.memory, async (group) => limit(await read(group, "memory.max", "memory.limit_in_bytes"))),
    least(groups.cpu, cores),
    least(groups.pids, async (group) => limit(await read(group, "pids.max"))),
    memoryUsed(groups.memory),
    processorTime(groups),
  ]);
  return { memory, cpu, processes, memoryUsed: used, processorTime: time };
}

type Groups = Readonly<Record<"memory" | "cpu" | "cpuacct" | "pids", string>>;

/** The directories of a process' control groups, from the text of /proc/PID/cgroup, for both versions; see cgroups(7). */
export function controlGroups(text: string): Groups {
  const lines = text.split("\n").map((line) => line.split(":"));
  const of = (controller: string): string => {
    const own = lines.find(([, names]) => names?.split(",").includes(controller));
    if (own !== undefined) return join(cgroups, controller, own.slice(2).join(":"));
    const unified = lines.find(([number, names]) => number === "0" && names === "");
    return join(cgroups, unified?.slice(2).join(":") ?? "");
  };
  return { memory: of("memory"), cpu: of("cpu"), cpuacct: of("cpuacct"), pids: of("pids") };
}

/** Limits hold for everything below, so the least on the way up to the root counts. */
async function least(group: string, of: (group: string) => Promise<number>): Promise<number> {
  let found = Number.POSITIVE_INFINITY;
  for (let here = group; here.length > cgroups.length; here = dirname(here)) found = Math.min(found, await of(here));
  return found;
}

async function cores(group: string): Promise<number> {
  const [quota, period] = (await read(group, "cpu.max"))?.split(" ") ?? [
    await read(group, "cpu.cfs_quota_us"),
    await read(group, "cpu.cfs_period_us"),
  ];
  return quota === undefined || quota === "max" || quota === "-1"
    ? Number.POSITIVE_INFINITY
    : Number(quota) / Number(period);
}

/** As most tools count it: without the part of the page cache that can be dropped at any time. */
async function memoryUsed(group: string): Promise<number> {
  const used = Number((await read(group, "memory.current", "memory.usage_in_bytes")) ?? 0);
  const line = /^(?:total_)?inactive_file (\d+)$/m.exec((await read(group, "memory.stat")) ?? "");
  return Math.max(0, used - Number(line?.[1] ?? 0));
}

/** Microseconds in version 2, nanoseconds in version 1. */
async function processorTime({ cpu, cpuacct }: Groups): Promise<number> {
  const usage = /^usage_usec (\d+)$/m.exec((await read(cpu, "cpu.stat")) ?? "")?.[1];
  return usage === undefined ? Number((await read(cpuacct, "cpuacct.usage")) ?? 0) / 1e6 : Number(usage) / 1e3;
}

function limit(text: string | undefined): number {
  return text === undefined || text === "max" ? Number.POSITIVE_INFINITY : Number(text);
}

async function read(group: string, ...names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    try {
      return (await readFile(join(group, name), "utf8")).trim();
    } catch (thrown) {
      if (!isErrno(thrown, "ENOENT")) throw thrown;
    }
  }
  return undefined;
}
