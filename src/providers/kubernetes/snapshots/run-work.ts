import { readFile } from "node:fs/promises";
import { at, listAt, numberAt, parseJson, textAt } from "../../../lib/json.ts";
import { fail } from "../../../lib/problem.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { ApplyContext } from "../../provider.ts";
import type { KubeObject } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { waitUntilGone } from "../gone.ts";
import { helperImage } from "../helper.ts";
import { podState } from "../pod.ts";
import type { Session } from "../session.ts";
import type { StateAnswer } from "./state-child.ts";
import { type StateWork, statePod, statePodName } from "./state-pod.ts";

/** Between two looks, in milliseconds. */
const pause = 250;
/** So long may it wait for a node, its volumes and its image, in milliseconds. */
const patience = 180_000;

/**
 * Does some work on a volume in a pod, and resolves with what came of it when its program has ended. Who gives up waits until the pod is
 * gone, and one that an earlier caller left is ended first. Problems: `SNAPSHOT_FAILED`, `SNAPSHOT_NO_ROOM`, `DISK_FULL`, `HELPER_MISSING`.
 */
export async function runWork(session: Session, work: StateWork, { signal }: ApplyContext): Promise<StateAnswer> {
  const image = await helperImage(session);
  const program = await readFile(new URL("./state-child.ts", import.meta.url), "utf8");
  await end(session, work, signal);
  await session.client.create(statePod(session.site, work, image, program), { signal });
  try {
    const pod = await finished(session, work, signal);
    await askToGo(session, work, signal);
    return answerOf(work, pod);
  } catch (thrown) {
    await end(session, work, AbortSignal.timeout(60_000));
    throw thrown;
  }
}

async function finished(session: Session, work: StateWork, signal: AbortSignal): Promise<KubeObject> {
  const { client, clock, site } = session;
  const until = clock.elapsed() + patience;
  for (;;) {
    const pod = await client.get(objectKinds.pod, namespaceOf(site, work.service), statePodName(work), signal);
    if (pod === undefined) return failed(work, "its pod was taken away");
    const state = podState(pod);
    if (state.phase === "Succeeded") return pod;
    if (state.phase === "Failed") return failed(work, state.message || state.reason || "its pod failed");
    if (state.restarts > 2) return failed(work, `its program ended with ${state.ended?.exitCode ?? "nothing"}`);
    if (state.runningSince === undefined && state.ended === undefined && clock.elapsed() > until)
      return failed(work, state.unscheduled ?? state.waiting?.message ?? "its pod did not start in time");
    if (/^(ErrImageNeverPull|InvalidImageName|ImagePullBackOff)$/.test(state.waiting?.reason ?? ""))
      return failed(work, state.waiting?.message ?? "");
    await clock.sleep(pause, signal);
  }
}

function answerOf(work: StateWork, pod: KubeObject): StateAnswer {
  const [status] = listAt(pod, "status", "containerStatuses");
  const answer = parseJson(textAt(status, "state", "terminated", "message"));
  if (answer === undefined) return failed(work, "its program said nothing");
  const [problem, words] = [textAt(answer, "problem"), textAt(answer, "words")];
  if (problem === "DISK_FULL")
    return fail("DISK_FULL", `expected room in the volumes of ${work.service}, got "${words}"`, {
      hint: `kubectl get persistentvolumeclaims -n NAMESPACE tells their sizes`,
    });
  if (problem === "SNAPSHOT_NO_ROOM")
    return fail("SNAPSHOT_NO_ROOM", `a copy of the state of ${work.service} has no room: ${words}`, {
      hint: `freehold snapshots ${work.service} lists older ones, with --remove NAME one makes room`,
    });
  if (problem !== "") return failed(work, words);
  return {
    ...(typeof at(answer, "bytes") === "number" ? { bytes: numberAt(answer, "bytes") } : {}),
    milliseconds: numberAt(answer, "milliseconds"),
  };
}

async function end(session: Session, work: StateWork, signal: AbortSignal): Promise<void> {
  await askToGo(session, work, signal);
  const [namespace, name] = [namespaceOf(session.site, work.service), statePodName(work)];
  await waitUntilGone(session, { kind: objectKinds.pod, namespace, name }, signal);
}

async function askToGo({ client, site }: Session, work: StateWork, signal: AbortSignal): Promise<void> {
  const options = { propagation: "Background", grace: 1, signal } as const;
  await client.remove(objectKinds.pod, namespaceOf(site, work.service), statePodName(work), options);
}

function failed({ service, claim }: StateWork, got: string): never {
  return fail("SNAPSHOT_FAILED", `expected to copy the volume ${claim} of ${service}, got "${got}"`, { got });
}
