import { randomBytes } from "node:crypto";
import { at, listAt, textAt } from "../../lib/json.ts";
import { fail, ProblemError } from "../../lib/problem.ts";
import type { KubeObject } from "./client/client.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { type PodState, timeAt } from "./pod.ts";
import type { InsidePod } from "./run-in-pod.ts";
import type { Session } from "./session.ts";

/** A helper ends by itself after so many seconds: it cannot be taken out of its pod again. */
const lifetime = 600;
/** One that has less than this left is not used any more, in milliseconds. */
const reserve = 120_000;
/** So long may it take to start, in milliseconds: its image may have to be pulled first. */
const patience = 120_000;
/** Between two looks, in milliseconds. */
const pause = 150;

/**
 * A container beside the one of a pod: on the same network, with the same processes in sight and the same user, but with our programs
 * (an ephemeral container, stable since Kubernetes 1.25). One that still runs is used again. It only sleeps until it is asked something.
 * Problems: `HELPER_MISSING` (no image is known for it), `HELPER_FAILED`.
 */
export async function helperIn(session: Session, pod: PodState & { readonly object: KubeObject }): Promise<InsidePod> {
  const image = await helperImage(session);
  const { client, clock } = session;
  const { namespace, name } = pod;
  const there = running(pod.object, image, clock.now());
  if (there !== undefined) return { namespace, pod: name, container: there };
  const container = `freehold-${randomBytes(4).toString("hex")}`;
  await add(session, pod, container, image);
  const until = clock.elapsed() + patience;
  while (clock.elapsed() < until) {
    const now = await client.get(objectKinds.pod, namespace, name);
    if (now === undefined) break;
    const status = statuses(now).find((each) => textAt(each, "name") === container);
    if (at(status, "state", "running") !== undefined) return { namespace, pod: name, container };
    const waiting = textAt(status, "state", "waiting", "message");
    if (waiting !== "" || at(status, "state", "terminated") !== undefined)
      return failed(name, waiting || `it ended with ${textAt(status, "state", "terminated", "reason")}`);
    await clock.sleep(pause);
  }
  return failed(name, "it did not start in time");
}

/** The image with our programs, as nodes pull it. Problem: `HELPER_MISSING`. */
export async function helperImage({ helperImage: bring }: Session): Promise<string> {
  return (
    (await bring?.()) ??
    fail("HELPER_MISSING", "expected an image of freehold that the cluster's nodes can pull, got none", {
      hint: "freehold images push brings it to the site's registry",
    })
  );
}

async function add(
  session: Session,
  pod: PodState & { readonly object: KubeObject },
  name: string,
  image: string,
): Promise<void> {
  const [target] = listAt(pod.object, "spec", "containers");
  const ephemeral = {
    name,
    image,
    imagePullPolicy: "IfNotPresent",
    targetContainerName: pod.container,
    command: ["sleep", String(lifetime)],
    // The same rights, no more: only who has them may look at the processes of the other, and what its namespace bears it bears here.
    securityContext: {
      ...objectAt(target, "securityContext"),
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
    },
  };
  const body = { spec: { ephemeralContainers: [ephemeral] } };
  const { kind, namespace } = { kind: objectKinds.pod, namespace: pod.namespace };
  await session.client
    .patch(kind, namespace, pod.name, body, "strategic", { subresource: "ephemeralcontainers" })
    .catch((thrown: unknown) => {
      if (!(thrown instanceof ProblemError) || thrown.problem.code === "CLUSTER_REFUSED") throw thrown;
      return failed(pod.name, thrown.problem.message, thrown);
    });
}

function running(pod: KubeObject, image: string, now: number): string | undefined {
  const wanted = listAt(pod, "spec", "ephemeralContainers").filter(
    (each) => textAt(each, "name").startsWith("freehold-") && textAt(each, "image") === image,
  );
  for (const status of statuses(pod)) {
    const since = timeAt(status, "state", "running", "startedAt");
    const isOurs = wanted.some((each) => textAt(each, "name") === textAt(status, "name"));
    if (isOurs && since !== undefined && now - since < lifetime * 1000 - reserve) return textAt(status, "name");
  }
  return undefined;
}

function statuses(pod: KubeObject): readonly unknown[] {
  return listAt(pod, "status", "ephemeralContainerStatuses");
}

function objectAt(value: unknown, key: string): object {
  const found = at(value, key);
  return typeof found === "object" && found !== null ? found : {};
}

function failed(pod: string, why: string, cause?: unknown): never {
  return fail("HELPER_FAILED", `expected a helper to start beside the pod ${pod}, got: ${why}`, {
    kind: "transient",
    cause,
  });
}
