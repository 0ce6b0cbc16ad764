import { problemOf } from "../../lib/problem.ts";
import type { LogQuery } from "../provider.ts";
import type { KubeClient } from "./client/client.ts";
import { readLogLine, type StampedLine } from "./log-line.ts";
import type { PodState } from "./pod.ts";

/**
 * What the process of a pod wrote, its run before the last restart first (a node keeps no older ones). A pod that has not begun, or is
 * gone, wrote nothing.
 */
export async function* podLog(
  client: KubeClient,
  pod: PodState,
  query: Omit<LogQuery, "follow">,
): AsyncGenerator<StampedLine> {
  if (pod.restarts > 0) yield* readRun(client, pod, query, true);
  yield* readRun(client, pod, query, false);
}

/** The same from after a stamp on, and what is written from then on, until the process ends. */
export function followRun(
  client: KubeClient,
  pod: PodState,
  after: string,
  signal: AbortSignal,
): AsyncGenerator<StampedLine> {
  return read(client, pod, { signal, follow: true, ...(after === "" ? {} : { sinceTime: after }) }, after);
}

function readRun(
  client: KubeClient,
  pod: PodState,
  { since, tail, signal }: Omit<LogQuery, "follow">,
  previous: boolean,
): AsyncGenerator<StampedLine> {
  const sinceTime = since === undefined ? undefined : new Date(since).toISOString();
  const options = {
    signal,
    previous,
    ...(sinceTime === undefined ? {} : { sinceTime }),
    ...(tail === undefined ? {} : { tailLines: tail }),
  };
  // The cluster counts whole seconds: what is earlier within the first is left out here.
  return read(client, pod, options, sinceTime === undefined ? "" : beforeMillisecond(sinceTime));
}

async function* read(
  client: KubeClient,
  { namespace, name, container }: PodState,
  options: Parameters<KubeClient["logs"]>[3],
  after: string,
): AsyncGenerator<StampedLine> {
  try {
    for await (const line of client.logs(namespace, name, container, { ...options, timestamps: true })) {
      const read = readLogLine(line);
      if (read.stamp > after || after === "") yield read;
    }
  } catch (thrown) {
    const { code } = problemOf(thrown);
    if (options.signal?.aborted === true || code === "CONTAINER_NOT_STARTED" || code === "OBJECT_MISSING") return;
    throw thrown;
  }
}

/** The last stamp that is before a millisecond, so that what is later is of it or after it. */
function beforeMillisecond(iso: string): string {
  const before = new Date(Date.parse(iso) - 1).toISOString();
  return before.replace("Z", "999999Z");
}
