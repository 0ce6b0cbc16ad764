import type { ObjectKind } from "./object.ts";

/** Values of a query; absent ones are not sent. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Where objects of a kind are: of one namespace, or of all. */
export function collectionPath(kind: ObjectKind, namespace: string | undefined): string {
  const root = versionPath(kind.apiVersion);
  return kind.namespaced && namespace !== undefined
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${kind.plural}`
    : `${root}/${kind.plural}`;
}

/** Where one object is, or a subresource of it. */
export function objectPath(
  kind: ObjectKind,
  namespace: string | undefined,
  name: string,
  subresource?: string,
): string {
  const path = `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** Where an API version is: the core's (`v1`) has a root of its own. */
export function versionPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** A path with its query. */
export function withQuery(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(key, String(one));
  }
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}

/** A path for sentences. */
export function withoutQuery(path: string): string {
  return path.split("?")[0] ?? path;
}
