import { at, listAt, numberAt, textAt } from "../../lib/json.ts";
import type { KubeObject } from "./client/object.ts";

/** How a process of a pod ended. `reason` in Kubernetes' words: `Error`, `OOMKilled`, `Completed`. */
export type Ending = { readonly exitCode: number; readonly reason: string; readonly finishedAt: number };

/** What a pod is doing, read from its status. Times in milliseconds since the epoch. */
export type PodState = {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** "" until it has one. */
  readonly node: string;
  /** `Pending`, `Running`, `Succeeded`, `Failed`. */
  readonly phase: string;
  /** Of the pod as a whole: `Evicted`, `NodeLost`. */
  readonly reason: string;
  readonly message: string;
  readonly ready: boolean;
  /** It is on its way out: who asks for it to go has been heard. */
  readonly leaving: boolean;
  /** The name of its (first) container. */
  readonly container: string;
  /** Its process runs, since then. */
  readonly runningSince?: number;
  /** It waits to be started, and why: `ImagePullBackOff`, `CrashLoopBackOff`. */
  readonly waiting?: { readonly reason: string; readonly message: string };
  /** How its process ended the last time that it did. */
  readonly ended?: Ending;
  readonly restarts: number;
  /** Why no node takes it. */
  readonly unscheduled?: string;
  /** The claims for volumes that it mounts. */
  readonly claims: readonly string[];
};

/** Reads a pod. What is not there becomes empty. */
export function podState(pod: KubeObject): PodState {
  const { name, namespace = "", uid = "", deletionTimestamp } = pod.metadata;
  const container = textAt(pod, "spec", "containers", "0", "name");
  const statuses = listAt(pod, "status", "containerStatuses");
  const status = statuses.find((each) => textAt(each, "name") === container);
  const started = timeAt(status, "state", "running", "startedAt");
  const waiting = at(status, "state", "waiting");
  const ended = endingAt(status, "state") ?? endingAt(status, "lastState");
  const placed = conditionOf(pod, "PodScheduled");
  return {
    name,
    namespace,
    uid,
    node: textAt(pod, "spec", "nodeName"),
    phase: textAt(pod, "status", "phase"),
    reason: textAt(pod, "status", "reason"),
    message: textAt(pod, "status", "message"),
    ready: textAt(conditionOf(pod, "Ready"), "status") === "True",
    leaving: deletionTimestamp !== undefined,
    container,
    ...(started === undefined ? {} : { runningSince: started }),
    ...(waiting === undefined
      ? {}
      : { waiting: { reason: textAt(waiting, "reason"), message: textAt(waiting, "message") } }),
    ...(ended === undefined ? {} : { ended }),
    restarts: numberAt(status, "restartCount"),
    ...(textAt(placed, "status") === "False" ? { unscheduled: textAt(placed, "message") } : {}),
    claims: listAt(pod, "spec", "volumes").flatMap((volume) => {
      const claim = textAt(volume, "persistentVolumeClaim", "claimName");
      return claim === "" ? [] : [claim];
    }),
  };
}

/** Whether any process of a pod may still run: until it is known to have ended, it may write to its volumes. */
export function mayRun({ phase }: PodState): boolean {
  return phase !== "Succeeded" && phase !== "Failed";
}

/** A condition of an object's status by its type, undefined when it has none. */
export function conditionOf(object: KubeObject, type: string): unknown {
  return listAt(object, "status", "conditions").find((each) => textAt(each, "type") === type);
}

/** A time of Kubernetes (RFC 3339) in milliseconds since the epoch, undefined where there is none. */
export function timeAt(value: unknown, ...path: readonly string[]): number | undefined {
  const time = Date.parse(textAt(value, ...path));
  return Number.isNaN(time) ? undefined : time;
}

function endingAt(status: unknown, state: "state" | "lastState"): Ending | undefined {
  const ending = at(status, state, "terminated");
  if (ending === undefined) return undefined;
  return {
    exitCode: numberAt(ending, "exitCode"),
    reason: textAt(ending, "reason"),
    finishedAt: timeAt(ending, "finishedAt") ?? 0,
  };
}
