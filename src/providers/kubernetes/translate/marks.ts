import type { Resource } from "../../../resource/resource.ts";
import { ofLabel } from "./names.ts";

/** Labels on everything of ours. Those of `app.kubernetes.io` are for other people's tools; freehold goes by its own. */
export const labels = {
  managedBy: "app.kubernetes.io/managed-by",
  partOf: "app.kubernetes.io/part-of",
  name: "app.kubernetes.io/name",
  component: "app.kubernetes.io/component",
  site: "freehold.dev/site",
  service: "freehold.dev/service",
  kind: "freehold.dev/kind",
  /** The part that a pod is of: what Services and policies choose by. */
  part: "freehold.dev/part",
  /** On pods that answer under the name of their whole service. */
  answers: "freehold.dev/answers",
  /** The resource that an object belongs to, as `ofLabel` in names.ts has it; absent on objects that several share. */
  of: "freehold.dev/of",
} as const;

/** Annotations. Only an object that a resource mainly is has `resource`. */
export const annotations = {
  id: "freehold.dev/id",
  resource: "freehold.dev/resource",
  file: "freehold.dev/file",
  commit: "freehold.dev/commit",
  /** On pods: what of their surroundings they were made with, so that another makes new ones. */
  given: "freehold.dev/given",
  /** On an object of a file: JSON of its keys that do not tell their paths themselves, and which are executable. */
  paths: "freehold.dev/paths",
  /** On the first object of a file: in how many it lies. */
  pieces: "freehold.dev/pieces",
} as const;

/** What says that an object is a site's: all of them bear these labels, and annotations for whoever looks. */
export type Marks = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};

/** The marks of an object that belongs to a resource. */
export function marksOf(site: string, resource: Resource): Marks {
  const { id, service, kind } = resource;
  return {
    labels: {
      ...sharedMarks(site, service).labels,
      ...("part" in resource ? { [labels.component]: resource.part, [labels.part]: resource.part } : {}),
      [labels.kind]: kind,
      [labels.of]: ofLabel(id),
    },
    annotations: { [annotations.id]: id, ...writtenIn(service) },
  };
}

/** The marks of an object that several resources of one service share. */
export function sharedMarks(site: string, service: string): Marks {
  return {
    labels: {
      [labels.managedBy]: "freehold",
      [labels.partOf]: site,
      [labels.name]: service,
      [labels.site]: site,
      [labels.service]: service,
    },
    annotations: writtenIn(service),
  };
}

/** The file of the site that a person edits to change it. */
function writtenIn(service: string): Readonly<Record<string, string>> {
  return { [annotations.file]: service === "front" ? "site.yaml" : `services/${service}.yaml` };
}
