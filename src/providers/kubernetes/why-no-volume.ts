import { textAt } from "../../lib/json.ts";
import { type Problem, problem } from "../../lib/problem.ts";
import { shorten, visible } from "../../lib/text.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { spokenName } from "../../resource/spoken.ts";
import type { KubeClient, KubeObject } from "./client/client.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { lastEvent } from "./events.ts";
import { canBeUsedOn } from "./lost-nodes/affinity.ts";
import { lostNodeFacts } from "./lost-nodes/node.ts";
import type { PodState } from "./pod.ts";
import type { Session } from "./session.ts";

const byDefault = "storageclass.kubernetes.io/is-default-class";

/**
 * What keeps a pod that no node takes from its state; undefined when its volumes are not what it waits for. Problems: `NODE_SILENT`,
 * `STORAGE_CLASS_MISSING`, `VOLUME_UNBOUND`.
 */
export async function whyNoVolume(
  { client }: Session,
  container: Container,
  { claims, namespace, unscheduled = "" }: PodState,
): Promise<Problem | undefined> {
  for (const name of claims) {
    const claim = await client.get(objectKinds.persistentVolumeClaim, namespace, name);
    if (claim === undefined) return said("VOLUME_UNBOUND", container, `there is no volume ${name}`);
    if (textAt(claim, "status", "phase") === "Bound") {
      const silent = await silentHome(client, claim);
      if (silent !== undefined)
        return said(
          "NODE_SILENT",
          container,
          `its state is on the node ${silent}, which does not answer; no other can have it`,
          `bring ${silent} back; only a storage class whose volumes move lets state begin elsewhere`,
        );
      continue;
    }
    const missing = await missingClass(client, claim);
    if (missing !== undefined)
      return said("STORAGE_CLASS_MISSING", container, missing, "kubectl get storageclass lists those there are");
    const { uid = "" } = claim.metadata;
    const event = await lastEvent(client, { kind: "PersistentVolumeClaim", name, namespace, uid }, [
      "ProvisioningFailed",
    ]);
    if (event !== undefined || /unbound|not bound|provision/i.test(unscheduled))
      return said("VOLUME_UNBOUND", container, `it waits for its volume ${name}: ${event ?? unscheduled}`);
  }
  return undefined;
}

/** Which class of storage is asked for that the cluster does not have. */
async function missingClass(client: KubeClient, claim: KubeObject): Promise<string | undefined> {
  const wanted = textAt(claim, "spec", "storageClassName");
  if (wanted !== "")
    return (await client.get(objectKinds.storageClass, undefined, wanted)) === undefined
      ? `the cluster has no storage class "${wanted}"`
      : undefined;
  for await (const { metadata } of client.list(objectKinds.storageClass, {}))
    if (metadata.annotations?.[byDefault] === "true") return undefined;
  return "the cluster has no default storage class, and engine.kubernetes.storage-class names none";
}

/** The node that alone can have a volume, when it is one that does not answer. */
async function silentHome(client: KubeClient, claim: KubeObject): Promise<string | undefined> {
  const volume = await client.get(objectKinds.persistentVolume, undefined, textAt(claim, "spec", "volumeName"));
  if (volume === undefined) return undefined;
  const nodes = (await Array.fromAsync(client.list(objectKinds.node, {}))).map(lostNodeFacts);
  const homes = nodes.filter((node) => canBeUsedOn(volume, node));
  return homes.some(({ isReady }) => isReady) ? undefined : homes[0]?.name;
}

function said(code: string, container: Container, got: string, hint?: string): Problem {
  const shown = shorten(visible(got), 500);
  return problem(code, `expected ${spokenName(container)} to run, got: ${shown}`, {
    kind: "waiting",
    got: shown,
    ...(hint === undefined ? {} : { hint }),
  });
}
