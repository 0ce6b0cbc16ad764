import { namespaceOf } from "../../../resource/namespace.ts";
import type { Resource } from "../../../resource/resource.ts";
import type { KubeObject, ObjectKind } from "../client/object.ts";
import { descriptionOf } from "./description.ts";
import { annotations, type Marks, marksOf, sharedMarks } from "./marks.ts";
import type { Translation } from "./translation.ts";

/** What an object of ours holds, beside what every one has. */
export type Content = Readonly<Record<string, unknown>>;

/** Where an object lies, when that is not the namespace of its resource's service; `undefined`: in none. */
export type Place = { readonly namespace: string | undefined };

/** The object that a resource mainly is: it bears the resource itself, as `described` has it where not all of it may be shown. */
export function mainObject(
  kind: ObjectKind,
  name: string,
  resource: Resource,
  { site, commit }: Translation,
  content: Content,
  options: { readonly place?: Place; readonly described?: Resource; readonly notes?: Marks["annotations"] } = {},
): KubeObject {
  const { labels, annotations: ours } = marksOf(site, resource);
  const notes = {
    ...ours,
    ...options.notes,
    [annotations.resource]: descriptionOf(options.described ?? resource),
    ...(commit === undefined ? {} : { [annotations.commit]: commit }),
  };
  return object(kind, name, options.place ?? inService(site, resource), { labels, annotations: notes }, content);
}

/** A further object of a resource. */
export function furtherObject(
  kind: ObjectKind,
  name: string,
  resource: Resource,
  { site }: Translation,
  content: Content,
  options: { readonly place?: Place; readonly notes?: Marks["annotations"] } = {},
): KubeObject {
  const { labels, annotations: ours } = marksOf(site, resource);
  const notes = { ...ours, ...options.notes };
  return object(kind, name, options.place ?? inService(site, resource), { labels, annotations: notes }, content);
}

/** An object that several resources of one service share. */
export function sharedObject(
  kind: ObjectKind,
  name: string,
  resource: Resource,
  { site }: Translation,
  content: Content,
  options: { readonly labels?: Marks["labels"] } = {},
): KubeObject {
  const marks = sharedMarks(site, resource.service);
  const labels = { ...marks.labels, ...options.labels };
  return object(kind, name, inService(site, resource), { ...marks, labels }, content);
}

function inService(site: string, { service }: Resource): Place {
  return { namespace: namespaceOf(site, service) };
}

function object(kind: ObjectKind, name: string, { namespace }: Place, marks: Marks, content: Content): KubeObject {
  const { apiVersion } = kind;
  const place = namespace === undefined ? {} : { namespace };
  return { apiVersion, kind: kind.kind, metadata: { name, ...place, ...marks }, ...content };
}
