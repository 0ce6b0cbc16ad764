import { at, numberAt, parseJson, textAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";
import type { ResourceId } from "../../resource/base.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import { parseResource } from "../../resource/parse.ts";
import type { ApplyContext, FailedContainer, LogLine, LogQuery } from "../provider.ts";
import type { KubeObject } from "./client/client.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { keptLines, lastLines } from "./kept-log.ts";
import { sweepNamespace } from "./namespace.ts";
import { allPodsOf } from "./parts.ts";
import { podState } from "./pod.ts";
import type { Session } from "./session.ts";
import { stopContainer } from "./stop.ts";
import { take } from "./take.ts";
import { labels, sharedMarks } from "./translate/marks.ts";
import { ofLabel } from "./translate/names.ts";
import { namesOf } from "./translate/names-of.ts";
import { findContainer, isMade, madeOf, type Workload } from "./workload.ts";

/** What the records of failed containers are labelled as. */
export const failedKind = "failed";

/**
 * Writes down what a container was and what its pods last said, stops it and takes it away. In this order: with its pods their logs go.
 * Killed in between, it is there as before, and the next call goes on. One beside which there are pods of the version before stays: it
 * would take them along; whoever applies that version again ends it.
 */
export async function keepFailed(session: Session, id: ResourceId, as: string, context: ApplyContext): Promise<void> {
  context.signal.throwIfAborted();
  const found = await findContainer(session, id);
  if (found === undefined) return;
  const { signal } = context;
  if (!(await isWrittenDown(session, found, as)))
    await session.client.apply(await recordOf(session, found, as, signal), { force: true, signal });
  if (mustStay(found)) return;
  await stopContainer(session, id, context);
  for (const named of namesOf(session.site, found.container)) await take(session, found.container, named, signal);
}

/** Whether there are still pods of the version before, from which the present one was to take over. */
export function mustStay({ container, object, pods }: Pick<Workload, "container" | "object" | "pods">): boolean {
  const made = madeOf(object);
  return container.cluster?.startFirst === true && pods.some((pod) => !isMade(pod, made));
}

/** By an earlier call that was cut off: its pods may be gone since, and their log with them. */
async function isWrittenDown(session: Session, { container, run }: Workload, as: string): Promise<boolean> {
  const namespace = namespaceOf(session.site, container.service);
  const record = await session.client.get(objectKinds.configMap, namespace, recordName(container.id));
  const about = parseJson(textAt(record, "data", "about"));
  return textAt(about, "name") === as && textAt(about, "containerId") === run.containerId;
}

/** What is kept, by id. */
export async function failedContainers(session: Session): Promise<readonly FailedContainer[]> {
  const kept: FailedContainer[] = [];
  for await (const record of session.client.list(objectKinds.configMap, { labels: selection(session) })) {
    const read = readRecord(record);
    if (read !== undefined) kept.push(read);
  }
  return kept.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The log of what is kept for an id. Problem: `CONTAINER_UNKNOWN`. */
export async function* failedLogs(session: Session, id: ResourceId, query: LogQuery): AsyncGenerator<LogLine> {
  const [, service = ""] = id.split("/");
  const namespace = namespaceOf(session.site, service);
  const record = await session.client.get(objectKinds.configMap, namespace, recordName(id));
  if (record?.metadata.labels?.[labels.site] !== session.site)
    return fail("CONTAINER_UNKNOWN", `expected a failed container of ${id}, got none`);
  yield* keptLines(textAt(record, "data", "log"), query);
}

/** Removes what is kept of one service, or of all. */
export async function removeFailed(session: Session, service: string | undefined): Promise<void> {
  const { client } = session;
  const of = service === undefined ? "" : `,${labels.service}=${service}`;
  for await (const { metadata } of client.list(objectKinds.configMap, { labels: selection(session) + of })) {
    const { name, namespace = "" } = metadata;
    await client.remove(objectKinds.configMap, namespace, name, { propagation: "Background" });
    await sweepNamespace(session, namespace, AbortSignal.timeout(300_000));
  }
}

async function recordOf(
  session: Session,
  { container, object, run }: Workload,
  as: string,
  signal: AbortSignal,
): Promise<KubeObject> {
  const { id, service } = container;
  const made = madeOf(object);
  const pods = (await allPodsOf(session.client, object)).filter((pod) => isMade(pod, made)).map(podState);
  const exitCode = pods.find(({ ended }) => ended !== undefined)?.ended?.exitCode ?? run.exitCode;
  const marks = sharedMarks(session.site, service);
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: recordName(id),
      namespace: namespaceOf(session.site, service),
      labels: { ...marks.labels, [labels.kind]: failedKind, [labels.of]: ofLabel(id) },
      annotations: marks.annotations,
    },
    data: {
      about: JSON.stringify({ name: as, containerId: run.containerId, exitCode }),
      container: JSON.stringify(container),
      log: await lastLines(session, pods, signal),
    },
  };
}

function readRecord(record: KubeObject): FailedContainer | undefined {
  const container = parseResource(textAt(record, "data", "container"));
  const about = parseJson(textAt(record, "data", "about"));
  if (container?.kind !== "container" || at(about, "name") === undefined) return undefined;
  const { id, service } = container;
  return {
    id,
    service,
    container,
    name: textAt(about, "name"),
    containerId: textAt(about, "containerId"),
    exitCode: numberAt(about, "exitCode"),
  };
}

function selection({ site }: Session): string {
  return `${labels.site}=${site},${labels.kind}=${failedKind}`;
}

function recordName(id: ResourceId): string {
  return `failed-${ofLabel(id)}`;
}
