import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { start } from "../../src/lib/exec.ts";

/** A first process with namespaces of its own, which ends with everything in it when it is ended. */
export type Namespace = {
  /** Process id of the first process, as this side sees it. */
  readonly pid: number;
  /** Ends every process in it at once and waits until they are gone. */
  end(): Promise<void>;
};

/**
 * Starts a program under `unshare` with these flags and waits until it prints a line. The program must end when its standard
 * input ends, so that it never outlives us.
 */
export async function createNamespace(flags: readonly string[], argv: readonly string[]): Promise<Namespace> {
  const outer = start(["unshare", ...flags, "--fork", "--kill-child", ...argv], { stdio: ["pipe", "pipe", "pipe"] });
  await firstLine(outer, argv);
  const pid = await onlyChild(outer.pid ?? 0);
  return {
    pid,
    end: async () => {
      if (outer.exitCode !== null || outer.signalCode !== null) return;
      const gone = once(outer, "exit"); // not "close": whoever else holds its output need not end
      process.kill(pid, "SIGKILL");
      await gone;
    },
  };
}

/** The one process that another started; waits a second for it. */
export async function onlyChild(parent: number): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const text = await readFile(`/proc/${parent}/task/${parent}/children`, "utf8").catch(() => "");
    const child = Number(text.trim().split(" ")[0]);
    if (child > 0) return child;
    await delay(10);
  }
  throw new Error(`process ${parent} did not start anything`);
}

async function firstLine(child: ChildProcess, argv: readonly string[]): Promise<void> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4096);
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(new Error(`${argv.join(" ")} ended with ${code} before it was ready: ${said}`)),
    );
  });
  child.stdout?.resume();
}
