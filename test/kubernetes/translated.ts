import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readTree } from "../../src/lib/tree.ts";
import type { KubeObject } from "../../src/providers/kubernetes/client/object.ts";
import type { ImageFacts } from "../../src/providers/kubernetes/session.ts";
import { shapeOf } from "../../src/providers/kubernetes/translate/file-shape.ts";
import { objectsOf } from "../../src/providers/kubernetes/translate/objects-of.ts";
import { podSecurityOf } from "../../src/providers/kubernetes/translate/pod-security.ts";
import type { FileShape, Translation, TreeFile } from "../../src/providers/kubernetes/translate/translation.ts";
import type { Container } from "../../src/resource/kinds/container.ts";
import type { Resource } from "../../src/resource/resource.ts";

/** A resource and the objects that it is. */
export type Translated = { readonly resource: Resource; readonly objects: readonly KubeObject[] };

/** As a cluster with two nodes would tell. */
const ranges = { nodes: ["10.111.0.11", "192.0.2.7"], inside: ["10.112.0.0/16", "10.113.0.0/16"] };
const images = resolve(import.meta.dirname, "../../images");

/** Reads the files of a tree. */
type ReadTree = (source: string) => Promise<readonly TreeFile[]>;

/** Translates all resources of a site as a provider would, with what images that freehold maintains say in their Containerfiles. */
export async function translated(
  site: string,
  resources: readonly Resource[],
  read: ReadTree = treeOf,
): Promise<readonly Translated[]> {
  const containers = resources.filter((one) => one.kind === "container");
  const shapes = new Map<string, FileShape>();
  const common = { site, facts: maintainedFacts, shapes, ranges };
  const sorted = resources.toSorted((a, b) => Number(b.kind === "file") - Number(a.kind === "file"));
  const all: Translated[] = [];
  for (const resource of sorted) {
    const objects = objectsOf(resource, { ...common, ...(await surroundings(resource, containers, read)) });
    const shape = resource.kind === "file" ? shapeOf(objects) : undefined;
    if (shape !== undefined) shapes.set(resource.id, shape);
    all.push({ resource, objects });
  }
  return all.sort((a, b) => (a.resource.id < b.resource.id ? -1 : 1));
}

/** What an image of freehold's own says in its Containerfile; any other is root and says nothing. */
export function maintainedFacts(reference: string): ImageFacts {
  const name = /^localhost\/freehold\/([a-z-]+):/.exec(reference)?.[1];
  if (name === undefined) return { reference, labels: {}, user: "" };
  const text = readFileSync(join(images, name, "Containerfile"), "utf8");
  const labels = [...text.matchAll(/(freehold\.[a-z-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]);
  return { reference, labels: Object.fromEntries(labels), user: /^USER (\S+)$/m.exec(text)?.[1] ?? "" };
}

async function surroundings(
  resource: Resource,
  containers: readonly Container[],
  read: ReadTree,
): Promise<Partial<Translation>> {
  switch (resource.kind) {
    case "network": {
      const own = containers.filter(({ service }) => service === resource.service);
      return { level: podSecurityOf(own, maintainedFacts) };
    }
    case "certificate":
      return { pair: { certificate: "-----BEGIN CERTIFICATE-----\n", key: "-----BEGIN PRIVATE KEY-----\n" } };
    case "secret":
      return { values: new Map(Object.keys(resource.entries).map((name) => [name, `opened ${name}`])) };
    case "image":
      return { image: maintainedFacts(resource.reference) };
    case "file":
      return resource.content.from === "tree" ? { tree: await read(resource.content.source) } : {};
    default:
      return {};
  }
}

async function treeOf(source: string): Promise<readonly TreeFile[]> {
  const entries = await readTree(source);
  return Promise.all(
    entries.map(async (one) => ({
      path: one.path,
      executable: one.executable,
      bytes: await readFile(one.source),
    })),
  );
}
