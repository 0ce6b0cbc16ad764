import { readFile } from "node:fs/promises";
import { readTree } from "../lib/tree.ts";
import type { File } from "../resource/kinds/file.ts";
import { namespaceOf } from "../resource/namespace.ts";
import type { Resource } from "../resource/resource.ts";
import type { Identities } from "../secrets/identities.ts";
import { openValues } from "../secrets/open.ts";
import type { Seal } from "../secrets/sealed-object.ts";
import { exportPair, type Issuing } from "./authority/export-pair.ts";
import type { KubeObject } from "./kubernetes/client/object.ts";
import { knownImages } from "./kubernetes/export/known-images.ts";
import { type ExportFile, exportFiles } from "./kubernetes/export/layout.ts";
import { type LeftOut, leftOut, usedName } from "./kubernetes/export/left-out.ts";
import type { ExportedObject } from "./kubernetes/export/object.ts";
import { withReloads } from "./kubernetes/export/reloads.ts";
import { sealedSecret } from "./kubernetes/export/seal.ts";
import { shapeOf } from "./kubernetes/translate/file-shape.ts";
import { manifestObject } from "./kubernetes/translate/manifest.ts";
import { objectsOf } from "./kubernetes/translate/objects-of.ts";
import { podSecurityOf } from "./kubernetes/translate/pod-security.ts";
import type { FileShape, Translation, TreeFile } from "./kubernetes/translate/translation.ts";

/** What is exported, and how. */
export type ExportOptions = {
  readonly site: string;
  /** What the site compiles to on a cluster. */
  readonly resources: readonly Resource[];
  readonly storageClass?: string;
  /** Where images that the site builds are pulled from; absent: nodes must have them. */
  readonly registry?: string;
  /** For Flux: where the export lies in its repository. */
  readonly flux?: string;
  /** Opens secrets and makes certificates; absent: they are left out. */
  readonly secrets?: Secrets;
  /** Files of an earlier export that may stay as they are when what is in them cannot be made now. */
  readonly earlier: ReadonlySet<string>;
};

/** With what secrets are opened, certificates made and both sealed; without `seal` they stand open. */
export type Secrets = Issuing & { readonly identities: Identities; readonly seal?: Seal };

/** An export. */
export type Exported = {
  readonly files: readonly ExportFile[];
  readonly leftOut: readonly LeftOut[];
  /** Images that the site builds and no registry has: whoever applies the export must bring them to the nodes. */
  readonly built: readonly string[];
};

/** A site in objects of Kubernetes that run without freehold. Asks no cluster. Problems: those of reading trees, of opening and issuing. */
export async function exportSite(options: ExportOptions): Promise<Exported> {
  const { site, resources, storageClass, registry, flux, secrets, earlier } = options;
  const images = await knownImages(resources, registry);
  const common: Translation = {
    site,
    facts: (reference) => images.get(reference),
    ...(storageClass !== undefined && { storageClass }),
  };
  const missing = secrets === undefined ? resources.flatMap((one) => leftOut(site, one, earlier) ?? []) : [];
  const shapes = new Map<string, FileShape>();
  const objects: ExportedObject[] = [];
  const services = new Map(resources.map(({ service }) => [namespaceOf(site, service), service]));
  // files first: what sees them must know how they lie there
  for (const resource of resources.toSorted(
    (a, b) => Number(a.kind === "container") - Number(b.kind === "container"),
  )) {
    const found = await exportedObjects(resource, { ...common, shapes }, options);
    const shape = resource.kind === "file" ? shapeOf(found) : undefined;
    if (shape !== undefined) shapes.set(resource.id, shape);
    if (secrets === undefined && leftOut(site, resource, earlier) !== undefined) continue;
    const whole = resource.kind === "container" ? withReloads(resource, found, objects) : found;
    for (const object of whole) objects.push({ service: placeOf(object, services) ?? resource.service, object });
  }
  const seal = secrets?.seal;
  const files = exportFiles(objects, {
    namespaces: new Map([...services].map(([namespace, service]) => [service, namespace])),
    ...(flux !== undefined && { flux }),
    ...(seal !== undefined && { seal: (secret: KubeObject) => sealedSecret(secret, seal) }),
    held: [...new Set(missing.flatMap(({ held, path }) => (held ? [path] : [])))],
  });
  const built = [...images.values()].map(({ reference }) => reference).filter((name) => name.startsWith("localhost/"));
  return { files, leftOut: missing, built: [...new Set(built)].sort() };
}

/** The service in whose namespace an object lies: a link has one in that of the service to which it leads. */
function placeOf({ kind, metadata }: KubeObject, services: ReadonlyMap<string, string>): string | undefined {
  return services.get((kind === "Namespace" ? metadata.name : metadata.namespace) ?? "");
}

/** What a resource is in an export: nothing of what freehold remembers for itself. */
async function exportedObjects(
  resource: Resource,
  common: Translation,
  { site, resources, secrets }: ExportOptions,
): Promise<readonly KubeObject[]> {
  switch (resource.kind) {
    case "image":
      return [];
    case "manifest":
      return [manifestObject(site, resource)];
    case "network": {
      const containers = resources.filter((one) => one.kind === "container" && one.service === resource.service);
      const own = containers.flatMap((one) => (one.kind === "container" ? [one] : []));
      return objectsOf(resource, { ...common, level: podSecurityOf(own, common.facts) });
    }
    case "file":
      return objectsOf(resource, { ...common, ...(await treeOf(resource)) });
    case "secret": {
      if (secrets === undefined) return [];
      const sealed = { values: resource.entries, keys: resource.keys };
      return objectsOf(resource, { ...common, values: await openValues(sealed, secrets.identities) });
    }
    case "certificate": {
      if (secrets === undefined) return [];
      const pair = await exportPair(site, resource, secrets);
      const name = usedName(resource);
      return objectsOf(resource, { ...common, pair }).filter(({ metadata }) => metadata.name === name);
    }
    default:
      return objectsOf(resource, common);
  }
}

async function treeOf({ content }: File): Promise<{ readonly tree?: readonly TreeFile[] }> {
  if (content.from === "text") return {};
  const entries = await readTree(content.source);
  const tree = entries.map(async ({ path, source, executable }) => ({
    path,
    executable,
    bytes: await readFile(source),
  }));
  return { tree: await Promise.all(tree) };
}
