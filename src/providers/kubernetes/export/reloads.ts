import { digest } from "../../../resource/digest.ts";
import type { Container } from "../../../resource/kinds/container.ts";
import type { KubeObject } from "../client/object.ts";
import { annotations } from "../translate/marks.ts";
import { isMap } from "./maps.ts";
import type { ExportedObject } from "./object.ts";

/** On pods of an export that must be told of new files and have nobody who tells them: another digest makes new ones. */
const content = "freehold.dev/content";

/** The objects of a container; where it would have to reload, new content of the files that it sees makes new pods instead. */
export function withReloads(
  { reload, mounts }: Container,
  own: readonly KubeObject[],
  all: readonly ExportedObject[],
): readonly KubeObject[] {
  if (reload === undefined) return own;
  const live = new Set(mounts.flatMap((mount) => (mount.live ? [mount.source] : [])));
  const seen = all.flatMap(({ object: { metadata, data, binaryData } }) =>
    live.has(metadata.annotations?.[annotations.id] ?? "") ? [{ data, binaryData }] : [],
  );
  return own.map((object) => withNote(object, content, digest(seen)));
}

/** A workload with an annotation on its pods; anything else as it is. */
function withNote(object: KubeObject, name: string, value: string): KubeObject {
  const { spec } = object;
  if (!isMap(spec) || !isMap(spec.template) || !isMap(spec.template.metadata)) return object;
  const { metadata } = spec.template;
  const notes = isMap(metadata.annotations) ? metadata.annotations : {};
  const template = { ...spec.template, metadata: { ...metadata, annotations: { ...notes, [name]: value } } };
  return { ...object, spec: { ...spec, template } };
}
