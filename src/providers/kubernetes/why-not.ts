import { numberAt, textAt } from "../../lib/json.ts";
import { type Problem, type ProblemRest, problem } from "../../lib/problem.ts";
import { shorten, visible } from "../../lib/text.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { spokenName } from "../../resource/spoken.ts";
import type { KubeObject } from "./client/client.ts";
import { lastEvent } from "./events.ts";
import { podStates, workloadObject } from "./parts.ts";
import { conditionOf, type PodState } from "./pod.ts";
import type { Session } from "./session.ts";
import { annotations } from "./translate/marks.ts";
import { whyNoVolume } from "./why-no-volume.ts";
import { whySilent } from "./why-silent.ts";

/** A workload and all its pods, also those that leave, as far as who asks has them already. */
export type Standing = { readonly workload: KubeObject; readonly pods: readonly PodState[] };

/** Pods wait with these words for an image that does not come. */
const withoutImage = [
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "RegistryUnavailable",
];

/**
 * What stands in the way of a container, in one problem that names the file of its service; undefined when nothing is known that does, or
 * when it has no workload. `got` says it in a few words. Problems: `POD_REFUSED`, `IMAGE_PULL_FAILED`, `STORAGE_CLASS_MISSING`,
 * `VOLUME_UNBOUND`, `NO_NODE_FITS`, `NODE_SILENT`, `POD_EVICTED`, `POD_BROKEN`, `OUT_OF_MEMORY`, `CONTAINER_ENDED`.
 */
export async function whyNot(session: Session, container: Container, known?: Standing): Promise<Problem | undefined> {
  const workload = known?.workload ?? (await workloadObject(session, container));
  if (workload === undefined) return undefined;
  const pods = known?.pods ?? (await podStates(session.client, workload));
  const found = await reason(session, container, { workload, pods });
  const file = workload.metadata.annotations?.[annotations.file];
  return found === undefined || file === undefined ? found : { ...found, place: { file, line: 1, column: 1 } };
}

async function reason(
  session: Session,
  container: Container,
  { workload, pods: all }: Standing,
): Promise<Problem | undefined> {
  const pods = all.filter(({ leaving }) => !leaving);
  if (pods.length < numberAt(workload, "spec", "replicas")) {
    const refusal = await refused(session, workload);
    if (refusal !== undefined)
      return said("POD_REFUSED", container, `the cluster refuses its pods: ${refusal}`, { hint: hintFor(refusal) });
  }
  // What is furthest from running stands for all.
  for (const pod of [...pods].sort((a, b) => rank(a) - rank(b))) {
    const found = await reasonOf(session, container, pod);
    if (found !== undefined) return found;
  }
  // One that was told to leave stays as long as its node cannot say that it has, and a StatefulSet makes no other until then.
  for (const pod of all.filter(({ leaving }) => leaving)) {
    const found = await silentNode(session, container, pod);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function silentNode(session: Session, container: Container, pod: PodState): Promise<Problem | undefined> {
  const silent = pod.node === "" || pod.ready ? undefined : await whySilent(session, container, pod);
  if (silent === undefined) return undefined;
  return said("NODE_SILENT", container, silent.got, { kind: "waiting", hint: silent.hint });
}

function rank({ unscheduled, waiting, runningSince }: PodState): number {
  if (unscheduled !== undefined) return 0;
  if (waiting !== undefined) return 1;
  return runningSince === undefined ? 2 : 3;
}

async function reasonOf(session: Session, container: Container, pod: PodState): Promise<Problem | undefined> {
  if (pod.ready) return undefined;
  if (pod.unscheduled !== undefined) {
    return (await whyNoVolume(session, container, pod)) ?? noNode(container, pod.unscheduled);
  }
  const silent = await silentNode(session, container, pod);
  if (silent !== undefined) return silent;
  const { waiting, ended, reason: why, message } = pod;
  if (waiting !== undefined && withoutImage.includes(waiting.reason))
    return said("IMAGE_PULL_FAILED", container, `its image cannot be pulled: ${waiting.message || waiting.reason}`, {
      kind: "waiting",
      hint: "look at the image's name, and whether the nodes may pull from its registry",
    });
  if (pod.phase === "Failed" && why !== "")
    return said("POD_EVICTED", container, `its pod was given up by the node: ${message || why}`, { kind: "waiting" });
  if (ended?.reason === "OOMKilled" && pod.runningSince === undefined)
    return said("OUT_OF_MEMORY", container, `killed for memory, at ${inMegabytes(container.limits.memory)}`, {
      hint: `give ${container.part} more with "memory:" in its service's file`,
    });
  if (ended !== undefined && pod.runningSince === undefined)
    return said("CONTAINER_ENDED", container, `it ended with ${ended.exitCode}${again(pod.restarts)}`, {
      hint: `freehold logs ${container.service} tells what it said`,
    });
  if (waiting !== undefined && !["ContainerCreating", "PodInitializing", ""].includes(waiting.reason))
    return said("POD_BROKEN", container, `its pod cannot be started: ${waiting.message || waiting.reason}`);
  if (waiting !== undefined) return cannotBegin(session, container, pod);
  return undefined;
}

/** It is being made: what the node could not do so far is told by its events alone. */
async function cannotBegin(session: Session, container: Container, pod: PodState): Promise<Problem | undefined> {
  const event = await lastEvent(session.client, { ...pod, kind: "Pod" }, [
    "FailedMount",
    "FailedAttachVolume",
    "FailedCreatePodSandBox",
  ]);
  // A node that is busy says so of what it simply has not fetched yet, or of what the cluster does not yet know that it needs.
  if (event === undefined || /failed to sync \w+ cache: timed out|no relationship found between node/.test(event))
    return undefined;
  return said("POD_BROKEN", container, `its pod cannot be started: ${event}`, { kind: "waiting" });
}

function noNode(container: Container, words: string): Problem {
  return said("NO_NODE_FITS", container, `no node takes it: ${words}`, {
    kind: "waiting",
    hint: "free some of a node, add one, or lower what its service's file asks for",
  });
}

/** Why no pod is even made: the admission or the quota of the namespace said no. */
async function refused({ client }: Session, workload: KubeObject): Promise<string | undefined> {
  const condition = conditionOf(workload, "ReplicaFailure");
  if (textAt(condition, "status") === "True") return textAt(condition, "message");
  if (workload.kind !== "StatefulSet") return undefined;
  const { name, namespace = "", uid = "" } = workload.metadata;
  return lastEvent(client, { kind: "StatefulSet", name, namespace, uid }, ["FailedCreate"]);
}

function hintFor(refusal: string): string {
  if (/exceeded quota/.test(refusal)) return "kubectl describe resourcequota in its namespace tells what is left";
  if (/PodSecurity/.test(refusal))
    return "its image needs more than its namespace bears; see `capabilities` in its service's file";
  return "ask who runs the cluster's admission";
}

function said(code: string, container: Container, got: string, rest: ProblemRest = {}): Problem {
  const shown = shorten(visible(got), 500);
  return problem(code, `expected ${spokenName(container)} to run, got: ${shown}`, { got: shown, ...rest });
}

function again(restarts: number): string {
  if (restarts === 0) return "";
  return restarts === 1 ? ", also when it was started again" : `, also the ${restarts} times that it was started again`;
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
