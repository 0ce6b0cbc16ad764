import { numberAt, textAt } from "../../lib/json.ts";
import { shorten, visible } from "../../lib/text.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { CheckResult } from "../provider.ts";
import type { KubeObject } from "./client/client.ts";
import { podStates, workloadObject } from "./parts.ts";
import { conditionOf, type PodState } from "./pod.ts";
import type { Session } from "./session.ts";
import { whyNot } from "./why-not.ts";

/**
 * Whether a container works, as the kubelets of its nodes find it by its check. It does when one of its pods answers and no new version of
 * it is on its way; `detail` says how many do when it is not all of them.
 */
export async function checkContainer(session: Session, container: Container): Promise<CheckResult> {
  const workload = await workloadObject(session, container);
  if (workload === undefined) return { healthy: false, stopped: true, detail: "it is not there" };
  const wanted = numberAt(workload, "spec", "replicas");
  if (wanted === 0) return { healthy: false, stopped: true, detail: "stopped" };
  const ready = numberAt(workload, "status", "readyReplicas");
  if (isRolledOut(workload) && ready >= wanted) return { healthy: true };
  const all = await podStates(session.client, workload);
  const found = await whyNot(session, container, { workload, pods: all });
  const pods = all.filter(({ leaving }) => !leaving);
  const why = found?.got ?? inWords(pods, container);
  if (isRolledOut(workload) && ready > 0)
    return { healthy: true, detail: `${ready} of ${wanted} answer: ${shorten(visible(why), 200)}` };
  const detail = shorten(visible(why), 300);
  if (hasStopped(pods)) return { healthy: false, stopped: true, detail };
  return { healthy: false, ...(found === undefined && pods.some(begins) ? { beginning: true } : {}), detail };
}

/** Whether all pods are of the version that is wanted, and have answered once. A pod that fails later changes nothing in that. */
export function isRolledOut(workload: KubeObject): boolean {
  const { generation = 0 } = workload.metadata;
  if (numberAt(workload, "status", "observedGeneration") < generation) return false;
  if (workload.kind === "Deployment")
    return textAt(conditionOf(workload, "Progressing"), "reason") === "NewReplicaSetAvailable";
  return textAt(workload, "status", "currentRevision") === textAt(workload, "status", "updateRevision");
}

/** Every process has ended, and none is to be started at once: nobody need wait. */
function hasStopped(pods: readonly PodState[]): boolean {
  const ended = pods.filter(({ ended: ending, runningSince }) => ending !== undefined && runningSince === undefined);
  return ended.length > 0 && ended.length === pods.length;
}

/** It is on its way: a node is looked for, its image fetched, its volumes brought. */
function begins({ runningSince, ended, waiting, restarts }: PodState): boolean {
  const isOnItsWay = waiting === undefined || ["ContainerCreating", "PodInitializing"].includes(waiting.reason);
  return runningSince === undefined && ended === undefined && restarts === 0 && isOnItsWay;
}

function inWords(pods: readonly PodState[], { check: { ask } }: Container): string {
  if (pods.length === 0) return "no pod yet";
  if (pods.some(({ runningSince }) => runningSince === undefined)) return "starting";
  if (ask.by === "http") return `no good answer on port ${ask.port} to ${ask.path}`;
  if (ask.by === "tcp") return `nobody listens on port ${ask.port}`;
  return "not ready yet";
}
