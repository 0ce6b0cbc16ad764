import { createHash } from "node:crypto";
import { at, listAt, numberAt, textAt, textsAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { Observed } from "../../resource/observed.ts";
import { parseResource } from "../../resource/parse.ts";
import type { KubeObject, ObjectKind } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { timeAt } from "./pod.ts";
import type { Session } from "./session.ts";
import { annotations, labels } from "./translate/marks.ts";
import { ofLabel, workloadName } from "./translate/names.ts";

/** On a workload's pods: which making of the container they belong to. Another one at each replacement. */
export const madeAnnotation = "freehold.dev/made";

/** What runs a container's processes: its Deployment or StatefulSet, and the pods of it that are not on their way out. */
export type Workload = {
  readonly container: Container;
  readonly kind: ObjectKind;
  readonly object: KubeObject;
  /** Those of the present making first, the newest of them first of all. */
  readonly pods: readonly KubeObject[];
  readonly run: NonNullable<Observed["run"]>;
};

/** The workload of a container. Problem: `CONTAINER_UNKNOWN`. */
export async function needContainer(session: Session, id: ResourceId): Promise<Workload> {
  const found = await findContainer(session, id);
  return (
    found ??
    fail("CONTAINER_UNKNOWN", `expected ${id} to exist, got nothing of that name`, {
      hint: "freehold status lists what there is",
    })
  );
}

/** The workload of a container; undefined when there is none, or it is being removed. */
export async function findContainer({ client, site }: Session, id: ResourceId): Promise<Workload | undefined> {
  const [, service = "", part = ""] = id.split("/");
  // by its name, and then in its namespace alone: a list by labels costs the cluster a look at each object that there is
  const namespace = namespaceOf(site, service);
  const get = (kind: ObjectKind) => client.get(kind, namespace, workloadName({ part }));
  for (const object of await Promise.all([get(objectKinds.deployment), get(objectKinds.statefulSet)])) {
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) continue;
    const container = containerIn(object);
    if (container?.id !== id || object.metadata.labels?.[labels.site] !== site) continue;
    const selection = { namespace, labels: `${labels.site}=${site},${labels.of}=${ofLabel(id)}` };
    return workloadOf(object, container, await Array.fromAsync(client.list(objectKinds.pod, selection)));
  }
  return undefined;
}

/** The container that a Deployment or StatefulSet was made from. */
export function containerIn(object: KubeObject): Container | undefined {
  const resource = parseResource(object.metadata.annotations?.[annotations.resource] ?? "");
  return resource?.kind === "container" ? resource : undefined;
}

/** Puts a workload together with those of some pods that are its own. */
export function workloadOf(object: KubeObject, container: Container, pods: readonly KubeObject[]): Workload {
  const own = podsOf(object, pods);
  const kind = object.kind === "StatefulSet" ? objectKinds.statefulSet : objectKinds.deployment;
  return { container, kind, object, pods: own, run: runOf(object, own) };
}

/** Those pods that a workload chooses and that are not on their way out, of the present making first, the newest of them first. */
export function podsOf(object: KubeObject, pods: readonly KubeObject[]): readonly KubeObject[] {
  const wanted = textsAt(object, "spec", "selector", "matchLabels");
  const made = madeOf(object);
  const own = pods.filter(
    ({ metadata }) =>
      metadata.namespace === object.metadata.namespace &&
      metadata.deletionTimestamp === undefined &&
      metadata.ownerReferences !== undefined &&
      [...wanted].every(([key, value]) => metadata.labels?.[key] === value),
  );
  const age = (pod: KubeObject): number => timeAt(pod, "metadata", "creationTimestamp") ?? 0;
  return own.sort((a, b) => Number(isMade(b, made)) - Number(isMade(a, made)) || age(b) - age(a));
}

/** Which making of the container a workload's pods are to be of. */
export function madeOf(object: KubeObject): string {
  return textsAt(object, "spec", "template", "metadata", "annotations").get(madeAnnotation) ?? "";
}

/** Whether a pod is of that making. */
export function isMade(pod: KubeObject, made: string): boolean {
  return (pod.metadata.annotations?.[madeAnnotation] ?? "") === made;
}

/** Names one making of a container: another one has another name. */
export function containerIdOf(object: KubeObject): string {
  return `${object.metadata.uid ?? ""}/${madeOf(object)}`;
}

/**
 * What a workload is doing. It is `stopped` when nobody wants it to run, or when what runs of its present making ended and has not been
 * started again; while its pods still wait for something it is `running`, since nobody has to start it: its check tells.
 */
export function runOf(object: KubeObject, pods: readonly KubeObject[]): NonNullable<Observed["run"]> {
  const containerId = containerIdOf(object);
  const made = madeOf(object);
  const states = pods.filter((pod) => isMade(pod, made)).map(processOf);
  const running = states.filter(({ startedAt }) => startedAt !== undefined);
  const ended = states.find(({ exitCode }) => exitCode !== undefined);
  if (numberAt(object, "spec", "replicas") > 0 && (running.length > 0 || ended === undefined)) {
    const startedAt = Math.max(0, ...running.map((each) => each.startedAt ?? 0));
    return {
      state: "running",
      pid: numberFor(running.map(({ process }) => process)),
      startedAt,
      exitCode: 0,
      containerId,
    };
  }
  return { state: "stopped", pid: 0, startedAt: 0, exitCode: ended?.exitCode ?? 0, containerId };
}

type Process = { readonly process: string; readonly startedAt?: number; readonly exitCode?: number };

function processOf(pod: KubeObject): Process {
  const [status] = listAt(pod, "status", "containerStatuses");
  const startedAt = timeAt(status, "state", "running", "startedAt");
  const ending = at(status, "state", "terminated") ?? at(status, "lastState", "terminated");
  return {
    process: textAt(status, "containerID"),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(startedAt !== undefined || ending === undefined ? {} : { exitCode: numberAt(ending, "exitCode") }),
  };
}

/** Beyond any process id that a kernel gives (PID_MAX_LIMIT in linux/threads.h): nobody takes it for one of this machine's. */
const beyondProcesses = 2 ** 22;

/** A number that stands for processes on other machines: others have another one. 0 for none. */
function numberFor(processes: readonly string[]): number {
  if (processes.length === 0) return 0;
  const digits = createHash("sha256")
    .update([...processes].sort().join("\n"))
    .digest();
  return beyondProcesses + 1 + (digits.readUInt32BE() % 2 ** 30);
}
