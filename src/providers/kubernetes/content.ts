import { textsAt } from "../../lib/json.ts";
import { digest } from "../../resource/digest.ts";
import type { KubeObject } from "./client/object.ts";

/** On what holds content: its digest, so that whoever looks sees that somebody edited it. */
export const contentAnnotation = "freehold.dev/content";

/** An object of content with its digest written on it. */
export function withContentDigest(object: KubeObject): KubeObject {
  const annotations = { ...object.metadata.annotations, [contentAnnotation]: contentDigest(object) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Of all that a ConfigMap or a Secret holds. */
export function contentDigest(object: KubeObject): string {
  const held = { data: textsAt(object, "data"), binary: textsAt(object, "binaryData") };
  return digest({ data: Object.fromEntries(held.data), binary: Object.fromEntries(held.binary) }).slice(0, 32);
}

/** Whether a ConfigMap or Secret holds what was put there. */
export function holdsItsContent(object: KubeObject): boolean {
  return object.metadata.annotations?.[contentAnnotation] === contentDigest(object);
}
