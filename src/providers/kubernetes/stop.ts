import { numberAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";
import type { ResourceId } from "../../resource/base.ts";
import { spokenName } from "../../resource/spoken.ts";
import type { ApplyContext } from "../provider.ts";
import type { KubeObject } from "./client/client.ts";
import { allPodsOf, podStates } from "./parts.ts";
import { mayRun } from "./pod.ts";
import type { Session } from "./session.ts";
import { findContainer } from "./workload.ts";

/** What says on a workload that somebody stopped it: an update of it starts it again. */
export const stoppedAnnotation = "freehold.dev/stopped";

/** Between two looks whether it has ended, in milliseconds. */
const pause = 200;
/** Beyond the time that a pod gets to end by itself, in milliseconds; then its node does not answer. */
const patience = 60_000;

/**
 * Scales a container to nothing, and resolves when none of its pods is left. Fine when it is stopped or gone already. Problem:
 * `POD_STAYS`, when its node does not say that it ended.
 */
export async function stopContainer(session: Session, id: ResourceId, { report, signal }: ApplyContext): Promise<void> {
  signal.throwIfAborted();
  const found = await findContainer(session, id);
  if (found === undefined) return;
  const { object, kind, container } = found;
  const { name, namespace } = object.metadata;
  const body = { metadata: { annotations: { [stoppedAnnotation]: "true" } }, spec: { replicas: 0 } };
  await session.client.patch(kind, namespace, name, body, "merge", { signal });
  const grace = 1000 * Math.max(30, ...(await allPodsOf(session.client, object)).map(graceOf));
  const until = session.clock.elapsed() + grace + patience;
  let said = false;
  for (;;) {
    const left = (await podStates(session.client, object)).filter(mayRun);
    const [first] = left;
    if (first === undefined) return;
    if (!said) report("stopping");
    said = true;
    if (session.clock.elapsed() > until)
      return fail("POD_STAYS", `expected ${spokenName(container)} to stop, got its pod ${first.name} still there`, {
        kind: "waiting",
        hint: `the node ${first.node} does not say that it ended; kubectl delete pod --force says so for it`,
      });
    await session.clock.sleep(pause, signal);
  }
}

function graceOf(pod: KubeObject): number {
  return numberAt(pod, "spec", "terminationGracePeriodSeconds");
}
