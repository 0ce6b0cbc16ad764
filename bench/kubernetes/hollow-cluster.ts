import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** Does something while the cluster of KUBECONFIG has nodes without machines; see hollow.ts. */
export async function withHollowNodes<Result>(work: () => Promise<Result>): Promise<Result> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "hollow.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  try {
    const [first] = await Promise.race([once(child.stdout, "data"), ended]);
    if (String(first) !== "ready\n") throw new Error("expected nodes without machines, got none: see above");
    return await work();
  } finally {
    child.stdin.end();
    await ended;
  }
}
