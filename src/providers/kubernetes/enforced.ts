import { fail, problemOf } from "../../lib/problem.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { Enforced } from "../provider.ts";
import { enforcedIn, groupFiles } from "./control-group.ts";
import { helperIn } from "./helper.ts";
import { type InsidePod, runInPod } from "./run-in-pod.ts";
import { type RunningPod, runningPods } from "./running-pods.ts";
import type { Session } from "./session.ts";

/** Milliseconds for one look. */
const patience = 30_000;

/**
 * What the kernel enforces on each pod of a container, read from its control group, and what all of its pods use together. `processes` is
 * absent where the kubelet sets no limit that can be seen from inside. Problems: `CONTAINER_UNKNOWN`, `CONTAINER_STOPPED`,
 * `LIMITS_UNKNOWN`, those of {@link helperIn}.
 */
export async function enforcedOn(session: Session, id: ResourceId): Promise<Enforced> {
  const { pods } = await runningPods(session, id);
  const all = await Promise.all(pods.map((pod) => enforcedInPod(session, pod)));
  const [first] = all;
  if (first === undefined) return fail("BUG", `expected a pod of ${id}`, { kind: "bug" });
  const sum = (of: (each: Enforced) => number): number => all.reduce((so, each) => so + of(each), 0);
  return {
    ...first,
    memoryUsed: sum(({ memoryUsed }) => memoryUsed),
    processorTime: sum(({ processorTime }) => processorTime),
  };
}

async function enforcedInPod(session: Session, pod: RunningPod): Promise<Enforced> {
  const { namespace, name, container } = pod;
  const own = await read(session, { namespace, pod: name, container }, "/sys/fs/cgroup");
  if (own !== undefined) return own;
  // An image without a shell: who has the same user and sees its processes sees its files, too.
  const beside = await read(session, await helperIn(session, pod), "/proc/1/root/sys/fs/cgroup");
  return (
    beside ??
    fail(
      "LIMITS_UNKNOWN",
      `expected the limits of the pod ${name} from the kernel, got none that can be read from inside`,
      {
        hint: "freehold status tells what was asked for",
      },
    )
  );
}

/** Undefined when they cannot be read there: there is no shell, or no control group in sight. */
async function read(session: Session, where: InsidePod, directory: string): Promise<Enforced | undefined> {
  const script = 'cd "$1" && shift && for f; do echo "=== $f"; [ -r "$f" ] && cat "$f"; done; true';
  const command = ["sh", "-c", script, "sh", directory, ...groupFiles];
  try {
    const { code, stdout } = await runInPod(session.client, where, command, { signal: AbortSignal.timeout(patience) });
    return code === 0 ? enforcedIn(sections(stdout)) : undefined;
  } catch (thrown) {
    if (problemOf(thrown).code === "EXEC_FAILED") return undefined;
    throw thrown;
  }
}

function sections(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^=== /m).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end), part.slice(end + 1)];
    }),
  );
}
