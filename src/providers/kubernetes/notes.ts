import { at, textsAt } from "../../lib/json.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { KubeObject } from "./client/object.ts";
import { contains } from "./contains.ts";
import { podState } from "./pod.ts";
import { loadedAnnotation } from "./reload.ts";
import { withTemplateNotes } from "./template.ts";
import { isMade, madeAnnotation, madeOf, type Workload } from "./workload.ts";

/** What a workload's template says of its making, to be said again whenever it is applied: without it there would be new pods. */
export function notesOf(object: KubeObject): Readonly<Record<string, string>> {
  const notes = textsAt(object, "spec", "template", "metadata", "annotations");
  const loaded = notes.get(loadedAnnotation);
  return { [madeAnnotation]: madeOf(object), ...(loaded === undefined ? {} : { [loadedAnnotation]: loaded }) };
}

/**
 * What the template said of the making of pods that still serve beside newer ones that do not work, when they are as described now: with it
 * they simply stay, and the cluster need find no room for others. Undefined where new pods are to be made. Of a container that reloads, pods
 * tell what they have loaded since, not what they were made with.
 */
export function notesStillServing(
  found: Pick<Workload, "object" | "pods">,
  container: Container,
  main: KubeObject,
): Readonly<Record<string, string>> | undefined {
  if (container.cluster?.startFirst !== true || container.reload !== undefined) return undefined;
  for (const pod of found.pods) {
    const { metadata, spec } = pod;
    const made = metadata.annotations?.[madeAnnotation];
    if (made === undefined || isMade(pod, madeOf(found.object)) || !podState(pod).ready) continue;
    const loaded = metadata.annotations?.[loadedAnnotation];
    const notes = { [madeAnnotation]: made, ...(loaded === undefined ? {} : { [loadedAnnotation]: loaded }) };
    if (contains({ metadata, spec }, at(withTemplateNotes(main, notes), "spec", "template"))) return notes;
  }
  return undefined;
}
