import type { ResourceId } from "./base.ts";
import type { Kind, Resource } from "./resource.ts";

/** What a resource takes up while it runs: single things, and every thing of some kinds. */
export type LiveSources = { readonly ids: readonly ResourceId[]; readonly kinds: readonly Kind[] };

/** The live content that a resource sees: files that are switched under it, the certificates' directory. */
export function liveSources(resource: Resource): LiveSources {
  if (resource.kind !== "container") return { ids: [], kinds: [] };
  const live = resource.mounts.filter(({ live, source }) => live || source === "certificates");
  return {
    ids: live.flatMap(({ source }) => (source === "certificates" ? [] : [source])),
    kinds: live.some(({ source }) => source === "certificates") ? ["certificate"] : [],
  };
}

/** Whether it must be told of new live content; others see it by themselves. */
export function mustReload(resource: Resource): boolean {
  return resource.kind === "container" && resource.reload !== undefined;
}

/** What leads visitors to containers that may be relieved, and who reads it. */
export function guidesAmong(resources: readonly Resource[]): readonly ResourceId[] {
  const files = resources.flatMap((one) => (one.kind === "file" && one.handsTo !== undefined ? [one.id] : []));
  const readers = resources.filter((one) => mustReload(one) && liveSources(one).ids.some((id) => files.includes(id)));
  return [...files, ...readers.map(({ id }) => id)];
}
