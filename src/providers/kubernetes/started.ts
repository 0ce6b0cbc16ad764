import { fail, ProblemError } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { spokenName } from "../../resource/spoken.ts";
import type { ApplyContext } from "../apply-context.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { isProblem } from "./foreign.ts";
import { podState } from "./pod.ts";
import type { Session } from "./session.ts";
import { whyNot } from "./why-not.ts";
import { findContainer, isMade, madeOf, type Workload } from "./workload.ts";

/**
 * Milliseconds: between two looks at first and at most, before somebody asks why nothing has started and between such questions, for what may still come by
 * itself (a node with room, a volume), and for all of it (a large image is on its way).
 */
const times = { pause: 150, longest: 1000, wonder: 3000, hope: 15_000, patience: 10 * 60_000 } as const;

/** Milliseconds for which it is taken for granted that a cluster has nodes, or has none, once it was asked. */
const steady = 5000;

/**
 * Waits until a first pod of a container's present making has started; that all of them answer, {@link Runtime.check} tells. Nobody waits in a cluster
 * without nodes. Problems: those of {@link whyNot}, `CONTAINER_UNSTARTED`.
 */
export async function waitUntilStarted(
  session: Session,
  container: Container,
  { signal, report }: ApplyContext,
): Promise<void> {
  const { clock } = session;
  if (!(await hasNodes(session, signal))) return;
  const began = clock.elapsed();
  let asked = began;
  for (let looked = 0; ; looked += 1) {
    const workload = await findContainer(session, container.id);
    if (workload === undefined || hasStarted(workload)) return;
    await replaceStuck(session, workload, signal);
    const now = clock.elapsed();
    if (now - asked > times.wonder) {
      asked = now;
      report("starting");
      const problem = await whyNot(session, container);
      if (problem !== undefined && (problem.kind !== "waiting" || now - began > times.hope))
        throw new ProblemError(problem);
    }
    if (now - began > times.patience)
      fail("CONTAINER_UNSTARTED", `expected ${spokenName(container)} to start within ten minutes, got nothing`, {
        kind: "waiting",
        hint: `kubectl describe pods -n ${workload.object.metadata.namespace ?? ""} tells what they wait for`,
      });
    await clock.sleep(Math.min(times.longest, times.pause * 1.3 ** looked), signal);
  }
}

function hasStarted({ object, pods }: Workload): boolean {
  const made = madeOf(object);
  return pods
    .filter((pod) => isMade(pod, made))
    .map(podState)
    .some(({ runningSince, ended }) => runningSince !== undefined || ended !== undefined);
}

/**
 * A StatefulSet waits for a pod of before to become ready, however broken it is, before it makes the next
 * (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback): such a pod is taken away.
 */
async function replaceStuck({ client }: Session, { object, pods }: Workload, signal: AbortSignal): Promise<void> {
  if (object.kind !== "StatefulSet") return;
  for (const pod of pods) {
    if (isMade(pod, madeOf(object)) || podState(pod).ready) continue;
    const { name, namespace, uid } = pod.metadata;
    const only = uid === undefined ? {} : { uid };
    await client.remove(objectKinds.pod, namespace, name, { ...only, propagation: "Background", signal });
  }
}

const known = new WeakMap<Session, { readonly nodes: Promise<boolean>; readonly at: number }>();

/** Whether a cluster has any node that could run something, asked once for all that is started within seconds. */
function hasNodes(session: Session, signal: AbortSignal): Promise<boolean> {
  const now = session.clock.elapsed();
  const last = known.get(session);
  if (last !== undefined && now - last.at < steady) return last.nodes;
  const nodes = askForNodes(session, signal).catch((thrown: unknown) => {
    known.delete(session);
    throw thrown;
  });
  known.set(session, { nodes, at: now });
  return nodes;
}

/** Who may not ask takes it for granted that there are some. */
async function askForNodes({ client }: Session, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const _node of client.list(objectKinds.node, { limit: 1, signal })) return true;
    return false;
  } catch (thrown) {
    if (isProblem(thrown, "CLUSTER_REFUSED")) return true;
    throw thrown;
  }
}
