import { stat, utimes } from "node:fs/promises";
import type { Clock } from "../lib/clock.ts";
import { isErrno } from "../lib/fs.ts";
import { isStopped } from "../lib/proc.ts";

/** Milliseconds between two signs of life. */
const rhythm = 5000;

/** Milliseconds without one, or of being stopped, after which a holder counts as hanging. */
const patience = { silent: 30_000, stopped: 5000 } as const;

/** At most so many milliseconds count for one look: a machine that slept has not waited. */
const longestLook = 1000;

/** Gives signs of life by the time of a claim's file, until the function that it returns is called. */
export function giveSigns(claim: string): () => void {
  const give = async (): Promise<void> => {
    const now = new Date();
    await utimes(claim, now, now).catch(() => {}); // whoever misses them says so; no work ends for that
  };
  const timer = setInterval(() => void give(), rhythm).unref();
  return () => clearInterval(timer);
}

/** What keeps a holder from going on: a signal stopped it, or its program does nothing any more. */
export type Lifeless = "stopped" | "silent";

/** Watches a holder who is waited for; tells by one look after the other whether he hangs. Another holder is watched anew. */
export function watchSigns(clock: Clock): (claim: string, pid: number) => Promise<Lifeless | undefined> {
  let seen = "";
  let looked = clock.elapsed();
  const lasted = { silent: 0, stopped: 0 };
  return async (claim, pid) => {
    const passed = Math.min(clock.elapsed() - looked, longestLook);
    looked = clock.elapsed();
    const sign = `${claim} ${await timeOf(claim)}`;
    lasted.silent = sign === seen ? lasted.silent + passed : 0;
    lasted.stopped = sign === seen && (await isStopped(pid)) ? lasted.stopped + passed : 0;
    seen = sign;
    if (lasted.stopped >= patience.stopped) return "stopped";
    return lasted.silent >= patience.silent ? "silent" : undefined;
  };
}

async function timeOf(claim: string): Promise<number | undefined> {
  try {
    return (await stat(claim)).mtimeMs;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
}
