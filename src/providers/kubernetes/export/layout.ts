import type { KubeObject } from "../client/object.ts";
import { fluxKustomization, keptByFlux } from "./flux.ts";
import { kustomization } from "./kustomization.ts";
import { mergedObjects } from "./merge.ts";
import { directoryOf, type ExportedObject, objectPath, plainObject } from "./object.ts";
import { yamlOf } from "./yaml.ts";

/** One file of an export. */
export type ExportFile = {
  /** Below the export's directory, with forward slashes. */
  readonly path: string;
  /** Absent: the file of an earlier export, as it is. */
  readonly text?: string;
  /** Whether its owner alone may read it. */
  readonly secret: boolean;
};

/** How an export is laid out. */
export type Layout = {
  /** The namespaces of the services. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** For Flux: where the export lies in its repository, `""` for its root; absent: for `kubectl apply -k`. */
  readonly flux?: string;
  /** Seals a Secret; absent: it stands open. */
  readonly seal?: (secret: KubeObject) => KubeObject;
  /** Files of an earlier export that stay as they are. */
  readonly held: readonly string[];
};

/**
 * The files of an export: a directory for each namespace, a file for each object, and what brings them together. Sorted; same input,
 * same bytes.
 */
export function exportFiles(all: readonly ExportedObject[], layout: Layout): readonly ExportFile[] {
  const { flux, held, namespaces, seal = (secret) => secret } = layout;
  const services = [...Map.groupBy(all, ({ service }) => service)].sort(([a], [b]) => (a < b ? -1 : 1));
  const files = services.flatMap(([service, found]): ExportFile[] => {
    const directory = directoryOf(service);
    const merged = mergedObjects(found.map(({ object }) => plainObject(object)));
    const own = flux === undefined ? merged : keptByFlux(merged);
    const written = own.map((object): ExportFile => {
      const isSecret = object.kind === "Secret";
      const text = yamlOf(isSecret ? seal(object) : object);
      return { path: objectPath(service, object), text, secret: isSecret && flux === undefined };
    });
    const stays = held
      .filter((path) => path.startsWith(`${directory}/`) && !written.some((file) => file.path === path))
      .map((path): ExportFile => ({ path, secret: false }));
    const names = [...written, ...stays].map(({ path }) => path.slice(directory.length + 1));
    return [...written, ...stays, file(`${directory}/kustomization.yaml`, kustomization(names))];
  });
  const tops =
    flux === undefined
      ? [file("kustomization.yaml", kustomization(services.map(([service]) => directoryOf(service))))]
      : services.map(([service]) => {
          const directory = directoryOf(service);
          const path = flux === "" ? directory : `${flux}/${directory}`;
          const sealed = files.some((one) => one.path.startsWith(`${directory}/secret-`));
          const namespace = namespaces.get(service) ?? service;
          return file(`flux/${service}.yaml`, fluxKustomization({ namespace, path, sealed }));
        });
  return [...files, ...tops, ...ignored(files)].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Keeps git's hands off open secrets, should the export lie in a repository. */
function ignored(files: readonly ExportFile[]): readonly ExportFile[] {
  const open = files.filter(({ secret }) => secret).map(({ path }) => `/${path}`);
  return open.length === 0 ? [] : [{ path: ".gitignore", text: `${open.sort().join("\n")}\n`, secret: false }];
}

function file(path: string, object: object): ExportFile {
  return { path, text: yamlOf(object), secret: false };
}
