import { readFile } from "node:fs/promises";
import { isErrno } from "./errno.ts";

/** One process, told apart from a later one with the same number by when it started (ticks since the machine's start). */
export type ProcessMark = { readonly pid: number; readonly startTime: number };

/** When a process started, in ticks since the machine's start; absent when it is gone or only waits to be collected. */
export async function startTime(pid: number): Promise<number | undefined> {
  const [state, ...fields] = await statFields(pid);
  if (state === undefined || state === "Z" || state === "X") return undefined;
  return Number(fields[18]);
}

/** Whether a process was stopped, by a signal (also that of Ctrl-Z) or a debugger, and does nothing until it is told to go on. */
export async function isStopped(pid: number): Promise<boolean> {
  const [state] = await statFields(pid);
  return state === "T" || state === "t";
}

/** The fields of `/proc/PID/stat` from the third, the state, on; none when there is no such process. */
async function statFields(pid: number): Promise<readonly string[]> {
  const stat = await readProc(`/proc/${pid}/stat`);
  // The name, second and in brackets, may hold spaces and brackets itself: proc_pid_stat(5) counts the rest from the last one.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
}

/** Whether this very process still runs. */
export async function isAlive(process: ProcessMark): Promise<boolean> {
  return (await startTime(process.pid)) === process.startTime;
}

/** A file of `/proc` as text; absent when there is none, or its process ends while it is read. */
export async function readProc(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ESRCH")) return undefined;
    throw thrown;
  }
}
