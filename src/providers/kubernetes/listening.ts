import { fail } from "../../lib/problem.ts";
import { isLoopback, parseListeners } from "../../lib/proc-net.ts";
import type { ResourceId } from "../../resource/base.ts";
import { helperIn } from "./helper.ts";
import { runInPod } from "./run-in-pod.ts";
import { runningPods } from "./running-pods.ts";
import type { Session } from "./session.ts";

/**
 * TCP ports on which processes in a container's pod listen beyond loopback, as the kernel of its node tells. Sorted. Problems:
 * `CONTAINER_UNKNOWN`, `CONTAINER_STOPPED`, `LISTENING_UNKNOWN`, those of {@link helperIn}.
 */
export async function listening(session: Session, id: ResourceId): Promise<readonly number[]> {
  const { pods } = await runningPods(session, id);
  const helper = await helperIn(session, pods[0]);
  const options = { signal: AbortSignal.timeout(30_000) };
  const said = await runInPod(session.client, helper, ["cat", "/proc/net/tcp", "/proc/net/tcp6"], options);
  // A kernel without IPv6 has no second table, and says so: the first alone is whole.
  if (!said.stdout.includes("local_address"))
    return fail("LISTENING_UNKNOWN", `expected the ports of ${id} from the kernel, got "${said.stderr.trim()}"`, {
      kind: "transient",
    });
  const beyond = parseListeners(said.stdout).filter(({ address }) => !isLoopback(address));
  return [...new Set(beyond.map(({ port }) => port))].sort((a, b) => a - b);
}
