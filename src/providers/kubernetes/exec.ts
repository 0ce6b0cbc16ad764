import type { ResourceId } from "../../resource/base.ts";
import { runningPods } from "./running-pods.ts";
import type { Session } from "./session.ts";
import { input, sizes, withRawTerminal } from "./terminal.ts";

/**
 * Runs a command in a pod of a container, one that answers if there is any, with the caller's streams, and with a terminal when the caller
 * has one. Resolves with its exit code. Problems: `CONTAINER_UNKNOWN`, `CONTAINER_STOPPED`, `EXEC_FAILED`.
 */
export async function execInside(session: Session, id: ResourceId, command: readonly string[]): Promise<number> {
  const { pods } = await runningPods(session, id);
  const [{ namespace, name, container }] = pods;
  const ending = new AbortController();
  const tty = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const run = (): Promise<number> =>
    session.client.exec(namespace, name, container, command, {
      stdin: input(ending.signal),
      onStdout: (bytes) => process.stdout.write(bytes),
      onStderr: (bytes) => process.stderr.write(bytes),
      ...(tty ? { tty, resize: sizes(ending.signal) } : {}),
    });
  try {
    return await (tty ? withRawTerminal(run) : run());
  } finally {
    ending.abort();
  }
}
