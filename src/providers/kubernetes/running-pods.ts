import { fail } from "../../lib/problem.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { KubeObject } from "./client/client.ts";
import { type PodState, podState } from "./pod.ts";
import type { Session } from "./session.ts";
import { needContainer } from "./workload.ts";

/** A pod whose process runs. */
export type RunningPod = PodState & { readonly object: KubeObject };

/** The pods of a container whose processes run, those that answer first. Problems: `CONTAINER_UNKNOWN`, `CONTAINER_STOPPED`. */
export async function runningPods(
  session: Session,
  id: ResourceId,
): Promise<{ readonly container: Container; readonly pods: readonly [RunningPod, ...RunningPod[]] }> {
  const { container, pods } = await needContainer(session, id);
  const running = pods
    .map((object) => ({ ...podState(object), object }))
    .filter(({ runningSince }) => runningSince !== undefined)
    .sort((a, b) => Number(b.ready) - Number(a.ready));
  const [first, ...rest] = running;
  if (first === undefined)
    return fail(
      "CONTAINER_STOPPED",
      `expected ${container.part} of ${container.service} to run, got no pod of it that does`,
      {
        hint: `freehold logs ${container.service} tells why; freehold up starts it`,
      },
    );
  return { container, pods: [first, ...rest] };
}
