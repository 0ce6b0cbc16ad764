import { textsAt } from "../../lib/json.ts";
import type { KubeObject } from "./client/object.ts";
import { loadedAnnotation } from "./reload.ts";
import { madeAnnotation, madeOf } from "./workload.ts";

/** What a workload's template says of its making, to be said again whenever it is applied: without it there would be new pods. */
export function notesOf(object: KubeObject): Readonly<Record<string, string>> {
  const notes = textsAt(object, "spec", "template", "metadata", "annotations");
  const loaded = notes.get(loadedAnnotation);
  return { [madeAnnotation]: madeOf(object), ...(loaded === undefined ? {} : { [loadedAnnotation]: loaded }) };
}
