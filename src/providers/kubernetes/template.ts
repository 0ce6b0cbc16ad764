import { at } from "../../lib/json.ts";
import type { KubeObject } from "./client/object.ts";

/** A workload with more annotations on the pods that it makes. */
export function withTemplateNotes(workload: KubeObject, notes: Readonly<Record<string, string>>): KubeObject {
  const spec = membersOf(workload.spec);
  const template = membersOf(spec.template);
  const metadata = membersOf(template.metadata);
  const annotations = { ...membersOf(at(metadata, "annotations")), ...notes };
  return { ...workload, spec: { ...spec, template: { ...template, metadata: { ...metadata, annotations } } } };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
