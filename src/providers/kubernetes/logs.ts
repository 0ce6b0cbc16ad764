import type { ResourceId } from "../../resource/base.ts";
import type { LogLine, LogQuery } from "../provider.ts";
import type { KubeClient } from "./client/client.ts";
import { followPods } from "./follow.ts";
import { mergeLines, type StampedLine } from "./log-line.ts";
import { podStates } from "./parts.ts";
import type { PodState } from "./pod.ts";
import { podLog } from "./pod-log.ts";
import type { Session } from "./session.ts";
import { needContainer } from "./workload.ts";

/**
 * The lines that all pods of a container wrote, in the order of their time, with what each wrote before its last restart. With `follow`
 * also those to come, of new pods as well, until the container is stopped or removed, or the signal says so. Problem: `CONTAINER_UNKNOWN`.
 */
export async function* containerLogs(session: Session, id: ResourceId, query: LogQuery): AsyncGenerator<LogLine> {
  const { object } = await needContainer(session, id);
  const last = new Map<string, string>();
  for await (const [uid, line] of linesOfPods(session.client, await podStates(session.client, object), query)) {
    last.set(uid, line.stamp);
    yield plain(line);
  }
  if (!query.follow) return;
  for await (const line of followPods(session, id, last, query.signal)) yield plain(line);
}

/** The lines of some pods, with the uid of whose it is, as far as they are asked for. With `tail` no more are held than that of each. */
async function* linesOfPods(
  client: KubeClient,
  pods: readonly PodState[],
  query: LogQuery,
): AsyncGenerator<readonly [uid: string, line: StampedLine]> {
  const owners = new WeakMap<StampedLine, string>();
  const sources = pods.map((pod) => owned(podLog(client, pod, query), pod.uid, owners));
  const merged = mergeLines(sources);
  if (query.tail === undefined) {
    for await (const line of merged) yield [owners.get(line) ?? "", line];
    return;
  }
  const lines = await Array.fromAsync(merged);
  for (const line of lines.slice(Math.max(0, lines.length - query.tail))) yield [owners.get(line) ?? "", line];
}

async function* owned(
  lines: AsyncIterable<StampedLine>,
  uid: string,
  owners: WeakMap<StampedLine, string>,
): AsyncGenerator<StampedLine> {
  for await (const line of lines) {
    owners.set(line, uid);
    yield line;
  }
}

function plain({ stamp: _stamp, ...line }: StampedLine): LogLine {
  return line;
}
