import type { Enforced } from "../provider.ts";

/** The files of a container's control group that tell its limits, of version 2 and of version 1; see cgroups(7). */
export const groupFiles = [
  "memory.max",
  "memory.current",
  "memory.stat",
  "cpu.max",
  "cpu.stat",
  "pids.max",
  "memory/memory.limit_in_bytes",
  "memory/memory.usage_in_bytes",
  "memory/memory.stat",
  "cpu/cpu.cfs_quota_us",
  "cpu/cpu.cfs_period_us",
  "cpuacct/cpuacct.usage",
  "pids/pids.max",
] as const;

/** Beyond this version 1 means that there is no limit: the largest number of pages that it can count. */
const limitless = 2 ** 62;

/**
 * What the kernel enforces, from the texts of {@link groupFiles} by name. Undefined when they tell no limits at all, so that none is
 * taken for "unlimited" that could not be read.
 */
export function enforcedIn(files: ReadonlyMap<string, string>): Enforced | undefined {
  const text = (...names: readonly string[]): string | undefined => {
    const name = names.find((each) => (files.get(each) ?? "") !== "");
    return name === undefined ? undefined : files.get(name)?.trim();
  };
  const memory = limit(text("memory.max", "memory/memory.limit_in_bytes"));
  const cpu = cores(text("cpu.max") ?? quota(text));
  if (memory === undefined || cpu === undefined) return undefined;
  const processes = limit(text("pids.max", "pids/pids.max"));
  const stat = text("memory.stat", "memory/memory.stat") ?? "";
  const droppable = Number(/^(?:total_)?inactive_file (\d+)$/m.exec(stat)?.[1] ?? 0);
  const used = Number(text("memory.current", "memory/memory.usage_in_bytes") ?? 0);
  const microseconds = /^usage_usec (\d+)$/m.exec(text("cpu.stat") ?? "")?.[1];
  return {
    memory,
    cpu,
    ...(processes === undefined || processes === Number.POSITIVE_INFINITY ? {} : { processes }),
    memoryUsed: Math.max(0, used - droppable),
    processorTime:
      microseconds === undefined ? Number(text("cpuacct/cpuacct.usage") ?? 0) / 1e6 : Number(microseconds) / 1e3,
  };
}

function limit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = text === "max" ? Number.POSITIVE_INFINITY : Number(text);
  return number >= limitless ? Number.POSITIVE_INFINITY : number;
}

function quota(text: (...names: readonly string[]) => string | undefined): string | undefined {
  const [most, period] = [text("cpu/cpu.cfs_quota_us"), text("cpu/cpu.cfs_period_us")];
  return most === undefined || period === undefined ? undefined : `${most} ${period}`;
}

/** `QUOTA PERIOD`, the first `max` (or -1, in version 1) where there is no limit. */
function cores(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [most, period] = text.split(" ");
  return most === "max" || most === "-1" ? Number.POSITIVE_INFINITY : Number(most) / Number(period);
}
