import { fail } from "../../lib/problem.ts";
import type { Reload } from "../../resource/kinds/container.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import { mustHaveReloaded, reloadLines } from "../reload-answer.ts";
import type { KubeObject } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { bytesByPath } from "./content-bytes.ts";
import { isProblem } from "./foreign.ts";
import { runInside } from "./inside.ts";
import { podState } from "./pod.ts";
import type { Session } from "./session.ts";
import { contentsIn, liveDigest } from "./surroundings.ts";
import { annotations } from "./translate/marks.ts";
import type { Workload } from "./workload.ts";

/** On pods: what of its live mounts a container has taken up, see `liveDigest`. */
export const loadedAnnotation = "freehold.dev/loaded";

/** What an image with a reload has for it: sends each line to a socket over a connection of its own, and prints what is answered. */
const teller = "/usr/libexec/freehold/tell";

/**
 * Tells every pod of a container that is ready to take up what its live mounts show, and remembers on the pod that it did. One that is not
 * ready (its node may be silent) stays one that has not. Problem: `RELOAD_FAILED` with what it answered; it then runs on as before.
 */
export async function reloadPods(
  session: Session,
  workload: Workload,
  how: Reload,
  signal: AbortSignal,
): Promise<void> {
  const { container, pods } = workload;
  const contents = await contentsIn(session, namespaceOf(session.site, container.service), signal);
  const live = liveDigest(container, contents);
  const before = linesBefore(how, contents);
  for (const pod of pods) {
    if (!podState(pod).ready) continue;
    await reloadPod(session, workload, pod, { how, before }, signal);
    const note = { metadata: { annotations: { [loadedAnnotation]: live } } };
    await session.client.patch(objectKinds.pod, pod.metadata.namespace, pod.metadata.name, note, "merge", { signal });
  }
}

/** Whether all running pods have taken up what is live now. */
export function haveLoaded({ pods }: Workload, live: string): boolean {
  return pods.every(
    (pod) => podState(pod).runningSince === undefined || pod.metadata.annotations?.[loadedAnnotation] === live,
  );
}

type Words = { readonly how: Reload; readonly before: readonly string[] };

async function reloadPod(
  session: Session,
  { container }: Workload,
  pod: KubeObject,
  { how, before }: Words,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (before.length > 0) await runInside(session, pod, [teller, how.socket], signal, before);
    const { stdout } = await runInside(session, pod, [teller, how.socket, how.send], signal);
    mustHaveReloaded(container, how, stdout.toString("utf8"));
  } catch (thrown) {
    if (!isProblem(thrown, "EXEC_FAILED")) throw thrown;
    fail("RELOAD_FAILED", `${container.service} cannot be told of new settings: ${thrown.problem.message}`, {
      kind: "transient",
      cause: thrown,
    });
  }
}

/** What is to be said first, as the newest version of the file has it. */
function linesBefore({ before }: Reload, contents: readonly KubeObject[]): readonly string[] {
  if (before === undefined) return [];
  const file = contents.filter(({ metadata }) => metadata.annotations?.[annotations.id] === before.file);
  const text = bytesByPath(file).get(before.entry)?.toString("utf8") ?? "";
  return reloadLines(text);
}
