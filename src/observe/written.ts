import type { ResourceId } from "../resource/base.ts";
import type { Observation } from "../resource/observed.ts";
import type { Service } from "../site/site.ts";

/** An object that a person wrote, in the form of a part: one that is there is as well as a part that runs. */
export type WrittenPart = {
  readonly id: ResourceId;
  readonly name: string;
  readonly replica: 1;
  readonly state: "healthy" | "stopped";
  readonly restarts: 0;
  readonly detail?: string;
};

/** What a service of nothing but written objects is made of. */
export function writtenParts(
  { name, stage, manifests = [] }: Service,
  { resources }: Observation,
): readonly WrittenPart[] {
  if (stage === "retired") return [];
  const found = new Map<string, { readonly id: ResourceId; readonly amiss: string | undefined }>(
    resources.flatMap(({ resource, amiss }) =>
      resource.kind === "manifest" && resource.service === name
        ? [[`${resource.object.kind} ${resource.object.metadata.name}`, { id: resource.id, amiss }] as const]
        : [],
    ),
  );
  return manifests.map(({ kind, metadata }) => {
    const called = `${kind} ${metadata.name}`;
    const nowhere = { id: `manifest/${name}/${kind.toLowerCase()}/${metadata.name}`, amiss: "missing" };
    const { id, amiss } = found.get(called) ?? nowhere;
    const state = amiss === "missing" ? ("stopped" as const) : ("healthy" as const);
    return { id, name: called, replica: 1, state, restarts: 0, ...(amiss === undefined ? {} : { detail: amiss }) };
  });
}
