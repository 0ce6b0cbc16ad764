import { fail } from "../../lib/problem.ts";
import type { KubeObject } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { isProblem } from "./foreign.ts";
import { runInside } from "./inside.ts";
import { podState } from "./pod.ts";
import type { Session } from "./session.ts";

/** Touched so that its node looks at what it mounts at once, not only in its next round (up to a minute and more later). */
const touchedAnnotation = "freehold.dev/touched";

/** Milliseconds: between two looks inside, for which somebody is waited for, who is ready or not, and for one in whom nobody can look. */
const times = { pause: 100, patience: 120_000, unready: 5000, blind: 2000 } as const;

/** A file inside a container, by its path; `bytes` absent: it must be gone. */
export type Shown = { readonly path: string; readonly bytes?: Uint8Array };

/**
 * Has running pods see new content of what they mount, and resolves when those that are ready do: a file that differs is read inside until it is
 * the new one. Where an image has no `cat`, two seconds are given, four times what it takes. A pod that is not ready gets five seconds, and
 * may be deaf: its node may be silent. Problem: `CONTENT_UNSEEN` (transient).
 */
export async function showInPods(
  session: Session,
  pods: readonly KubeObject[],
  shown: Shown,
  signal: AbortSignal,
): Promise<void> {
  const running = pods.filter((pod) => podState(pod).runningSince !== undefined);
  await Promise.all(running.map((pod) => showInPod(session, pod, shown, signal)));
}

async function showInPod(session: Session, pod: KubeObject, shown: Shown, signal: AbortSignal): Promise<void> {
  const { client, clock } = session;
  const { name, namespace } = pod.metadata;
  const { ready } = podState(pod);
  const touch = { metadata: { annotations: { [touchedAnnotation]: new Date(clock.now()).toISOString() } } };
  try {
    await client.patch(objectKinds.pod, namespace, name, touch, "merge", { signal });
    const last = clock.elapsed() + (ready ? times.patience : times.unready);
    for (;;) {
      const seen = await sees(session, pod, shown, signal);
      if (seen === "yes") return;
      if (seen === "unknown") return clock.sleep(times.blind, signal);
      if (clock.elapsed() > last) return ready ? unseen(pod, shown) : undefined;
      await clock.sleep(times.pause, signal);
    }
  } catch (thrown) {
    // it went meanwhile: who follows it sees what is there now
    if (!isProblem(thrown, "OBJECT_MISSING") && (ready || signal.aborted)) throw thrown;
  }
}

async function sees(
  session: Session,
  pod: KubeObject,
  { path, bytes }: Shown,
  signal: AbortSignal,
): Promise<"yes" | "no" | "unknown"> {
  try {
    const { code, stdout } = await runInside(session, pod, ["cat", path], signal);
    if (code === 126 || code === 127) return "unknown";
    if (bytes === undefined) return code === 0 ? "no" : "yes";
    return code === 0 && stdout.equals(bytes) ? "yes" : "no";
  } catch (thrown) {
    if (isProblem(thrown, "EXEC_FAILED")) return "unknown";
    throw thrown;
  }
}

function unseen({ metadata }: KubeObject, { path }: Shown): never {
  return fail(
    "CONTENT_UNSEEN",
    `expected the pod ${metadata.name} to see its new ${path} within two minutes, got the old one`,
    {
      kind: "transient",
      hint: `kubectl describe pod ${metadata.name} -n ${metadata.namespace ?? ""} may tell what its node cannot do`,
    },
  );
}
