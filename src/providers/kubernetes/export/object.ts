import type { KubeObject } from "../client/object.ts";
import { annotations, labels } from "../translate/marks.ts";
import { mark } from "../translate/names.ts";
import { tidy } from "./tidy.ts";

/** One object of an export, and the service in whose namespace it lies. */
export type ExportedObject = { readonly service: string; readonly object: KubeObject };

/** What only freehold reads. */
const ownAnnotations: ReadonlySet<string> = new Set([
  annotations.resource,
  annotations.commit,
  annotations.paths,
  annotations.pieces,
]);

/** The object without what only freehold goes by: nobody manages it but who applies it. */
export function plainObject(object: KubeObject): KubeObject {
  const { labels: all = {}, annotations: notes = {}, ...metadata } = object.metadata;
  const kept = Object.entries(notes).filter(([key]) => !ownAnnotations.has(key));
  const { [labels.managedBy]: _manager, ...others } = all;
  const { spec } = object;
  return {
    ...object,
    ...(isWorkload(object) && { spec: tidy(spec) }),
    metadata: {
      ...metadata,
      ...(Object.keys(others).length > 0 && { labels: others }),
      ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
    },
  };
}

function isWorkload({ metadata }: KubeObject): boolean {
  return metadata.labels?.[labels.kind] === "container";
}

/** Names an object among all. */
export function objectKey({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion.replace(/(?:^|\/)[^/]*$/, ""), kind, metadata.namespace ?? "", metadata.name].join("/");
}

/** The directory of a service. */
export function directoryOf(service: string): string {
  return `services/${service}`;
}

/** The path of an object's file below an export's directory. */
export function objectPath(service: string, object: KubeObject): string {
  return `${directoryOf(service)}/${objectFile(object)}`;
}

/** The file of an object: `service-blog.yaml`. A name that files do not bear, or that differs in case alone, gets a digest. */
function objectFile(object: KubeObject): string {
  const { kind, metadata } = object;
  const isPlain = /^[a-z0-9][a-z0-9.-]*$/.test(metadata.name) && metadata.name.length <= 150 && isOrdinary(object);
  const name = isPlain
    ? metadata.name
    : `${metadata.name
        .toLowerCase()
        .replaceAll(/[^a-z0-9.-]+/g, "-")
        .slice(0, 100)}-${mark(objectKey(object))}`;
  return `${kind.toLowerCase()}-${name}.yaml`;
}

/** Whether no other group is likely to have a kind of that name: those of Kubernetes itself. */
function isOrdinary({ apiVersion }: KubeObject): boolean {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined || !group.includes(".") || group.endsWith(".k8s.io");
}
