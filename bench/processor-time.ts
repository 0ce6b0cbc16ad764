import { readFile } from "node:fs/promises";
import { descendants } from "../test/world/descendants.ts";

/** Milliseconds in one of the kernel's ticks: USER_HZ is 100 on every Linux that we run on. */
const tick = 10;

/** Processor time that a process and those it started have used so far, in milliseconds; see proc(5), /proc/PID/stat. */
export async function processorTime(pid: number): Promise<number> {
  const used = await Promise.all(
    [pid, ...(await descendants(pid))].map(async (each) => {
      const text = await readFile(`/proc/${each}/stat`, "utf8");
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" "); // from the third on: names may hold spaces
      return Number(fields[11]) + Number(fields[12]);
    }),
  );
  return used.reduce((sum, ticks) => sum + ticks, 0) * tick;
}
