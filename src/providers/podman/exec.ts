import { execInherited } from "../../lib/exec.ts";
import { fail } from "../../lib/problem.ts";
import { needContainer } from "./container-list.ts";
import type { Session } from "./session.ts";

/**
 * Runs a command inside a running container with the caller's streams, and with a terminal when the caller has one. Resolves
 * with its exit code. Problems: `CONTAINER_UNKNOWN`, `CONTAINER_STOPPED`.
 */
export async function execInside(session: Session, id: string, command: readonly string[]): Promise<number> {
  const { name, run, container } = await needContainer(session.client, session.site, id);
  if (run.state === "stopped")
    fail("CONTAINER_STOPPED", `expected ${container.part} of ${container.service} to run, got it stopped`, {
      hint: `freehold logs ${container.service} tells why; freehold up starts it`,
    });
  const { argv, env } = await session.call();
  const hasTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const streams = hasTerminal ? ["--interactive", "--tty"] : ["--interactive"];
  return execInherited([...argv, "exec", ...streams, name, ...command], { env });
}
