import { problemOf } from "../../lib/problem.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { StampedLine } from "./log-line.ts";
import { podStates } from "./parts.ts";
import type { PodState } from "./pod.ts";
import { followRun } from "./pod-log.ts";
import type { Session } from "./session.ts";
import { findContainer } from "./workload.ts";

/** Between two looks for new pods, and before a process that ended is asked again, in milliseconds. */
const pause = 1000;

/**
 * What the pods of a container write from now on, after the last stamps that are known of them (by uid), as it comes. Ends with the signal,
 * and when nobody wants the container to run any more and all of its pods have ended.
 */
export async function* followPods(
  session: Session,
  id: ResourceId,
  last: Map<string, string>,
  signal: AbortSignal,
): AsyncGenerator<StampedLine> {
  const lines: StampedLine[] = [];
  const readers = new Map<string, Promise<void>>();
  const over = new AbortController();
  const ending = AbortSignal.any([signal, over.signal]);
  let failure: { readonly cause: unknown } | undefined;
  let wake = (): void => {};
  const follow = async (pod: PodState): Promise<void> => {
    try {
      for await (const line of followRun(session.client, pod, last.get(pod.uid) ?? "", ending)) {
        last.set(pod.uid, line.stamp);
        lines.push(line);
        wake();
      }
    } catch (cause) {
      // A connection that broke is made again at the next look.
      if (problemOf(cause).kind !== "transient") failure ??= { cause };
    }
    readers.delete(pod.uid);
    wake();
  };
  const look = async (): Promise<boolean> => {
    const found = await findContainer(session, id);
    const pods = found === undefined ? [] : await podStates(session.client, found.object);
    for (const pod of pods) if (!readers.has(pod.uid)) readers.set(pod.uid, follow(pod));
    return found !== undefined && (found.run.state === "running" || pods.length > 0);
  };
  try {
    let next = 0;
    while (!signal.aborted) {
      if (failure !== undefined) throw failure.cause;
      const line = lines.shift();
      if (line !== undefined) {
        yield line;
        continue;
      }
      const wait = next - session.clock.elapsed();
      if (wait <= 0) {
        if (!(await look())) return;
        next = session.clock.elapsed() + pause;
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        session.clock.sleep(wait, ending).then(resolve, resolve);
      });
    }
  } finally {
    over.abort();
    await Promise.all(readers.values());
  }
}
