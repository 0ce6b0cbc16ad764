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
  const pods = await podStates(session.client, object);
  const last = new Map<string, string>();
  for await (const line of linesOfPods(session.client, pods, query, last)) yield plain(line);
  if (!query.follow) return;
  for await (const line of followPods(session, id, last, query.signal)) yield plain(line);
}

/** The lines of some pods as far as they are asked for. `last` gets the stamp of the last one of each, by its uid. */
async function* linesOfPods(
  client: KubeClient,
  pods: readonly PodState[],
  query: LogQuery,
  last: Map<string, string>,
): AsyncGenerator<StampedLine> {
  const { tail } = query;
  // Who wants none of them and those to come wants to know which was the last.
  const wanted = tail === undefined ? query : { ...query, tail: Math.max(1, tail) };
  const merged = mergeLines(pods.map((pod) => noting(podLog(client, pod, wanted), pod.uid, last)));
  if (tail === undefined) return yield* merged;
  const lines = await Array.fromAsync(merged);
  yield* lines.slice(Math.max(0, lines.length - tail));
}

async function* noting(
  lines: AsyncIterable<StampedLine>,
  uid: string,
  last: Map<string, string>,
): AsyncGenerator<StampedLine> {
  for await (const line of lines) {
    last.set(uid, line.stamp);
    yield line;
  }
}

function plain({ stamp: _stamp, ...line }: StampedLine): LogLine {
  return line;
}
