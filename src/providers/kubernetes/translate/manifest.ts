import type { Manifest } from "../../../resource/kinds/manifest.ts";
import type { KubeObject } from "../client/object.ts";
import { descriptionOf } from "./description.ts";
import { annotations, labels, marksOf } from "./marks.ts";
import { mark } from "./names.ts";

/** The ConfigMap that remembers an object which a person wrote: kinds of which we know nothing are found again by it. */
export function manifestName({ id }: Pick<Manifest, "id">): string {
  return `manifest-${mark(id, 16)}`;
}

/** What remembers the object, then the object itself, in its service's namespace and with our marks. */
export function manifestObjects(site: string, manifest: Manifest): readonly [record: KubeObject, own: KubeObject] {
  const { namespace } = manifest;
  const marks = marksOf(site, manifest);
  const record = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: manifestName(manifest),
      namespace,
      labels: marks.labels,
      annotations: { ...marks.annotations, [annotations.resource]: descriptionOf(manifest) },
    },
  };
  return [record, manifestObject(site, manifest)];
}

/** The object itself. What others' tools go by, `app.kubernetes.io/name` and the like, stays as it was written; whose it is we say. */
export function manifestObject(site: string, manifest: Manifest): KubeObject {
  const { object, namespace } = manifest;
  const marks = marksOf(site, manifest);
  const { [labels.name]: name = "", ...ours } = marks.labels;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      namespace,
      labels: { [labels.name]: name, ...textsOf(object.metadata.labels), ...ours },
      annotations: { ...textsOf(object.metadata.annotations), ...marks.annotations },
    },
  };
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) => (typeof text === "string" ? [[key, text] as const] : [])),
  );
}
