import { once } from "node:events";
import { start } from "./exec.ts";
import { fail } from "./problem.ts";

/**
 * Runs `work` while this process alone holds the lock of a file, waiting for others as long as it takes. The kernel lets go of it
 * when this process ends, however it ends. The file is made and stays. Problem: `PROGRAM_MISSING` without flock(1).
 */
export async function exclusively<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  // flock(1) has the lock for as long as cat runs, and cat runs until our end of its input is closed.
  const holder = start(["flock", path, "cat"], { stdio: ["pipe", "pipe", "ignore"], signal });
  holder.stdin?.on("error", () => {}); // it may have ended already: its missing echo tells
  const ended = once(holder, "close");
  try {
    holder.stdin?.write("held\n");
    const echo = holder.stdout === null ? undefined : await Promise.race([once(holder.stdout, "data"), ended]);
    if (!String(echo?.[0] ?? "").startsWith("held"))
      fail("FILE_LOCK", `expected to lock ${path}, got no answer from flock`);
    return await work();
  } catch (cause) {
    if (signal.aborted) fail("PROGRAM_STOPPED", `waiting for ${path} was stopped`, { kind: "waiting", cause });
    throw cause;
  } finally {
    holder.stdin?.end();
    await ended.catch(() => {});
  }
}
