import type { Resource } from "../../resource/resource.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import type { KubeObject } from "./client/object.ts";
import { put } from "./put.ts";
import type { Session } from "./session.ts";
import { take } from "./take.ts";
import { namesOf, type ObjectName } from "./translate/names-of.ts";

/**
 * Makes the objects of a resource be as described, the main one first, so that whoever is killed in between leaves nothing that nobody sees.
 * What the step before had and this one has no more goes before.
 */
export async function putAll(
  session: Session,
  step: ApplyStep,
  objects: readonly KubeObject[],
  { signal }: Pick<ApplyContext, "signal">,
): Promise<void> {
  const { resource } = step;
  await takeSurplus(session, step, objects, signal);
  const names = namesOf(session.site, resource);
  for (const object of objects) {
    const shared = names.some((name) => name.shared === true && isNamed(object, name));
    await put(session, object, { resource, signal, shared, unseen: step.action === "create" });
  }
}

async function takeSurplus(
  session: Session,
  step: ApplyStep,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<void> {
  if (step.action === "create") return;
  const { resource } = step.was;
  for (const name of surplus(session.site, resource, step.resource)) {
    if (!objects.some((object) => isNamed(object, name))) await take(session, resource, name, signal);
  }
}

/** What either of two descriptions may have, each name once. */
function surplus(site: string, was: Resource, now: Resource): readonly ObjectName[] {
  const names = new Map<string, ObjectName>();
  for (const name of [...namesOf(site, was), ...namesOf(site, now)])
    names.set(`${name.kind.kind} ${name.namespace ?? ""} ${name.name}`, name);
  return [...names.values()];
}

function isNamed({ kind, metadata }: KubeObject, name: ObjectName): boolean {
  return kind === name.kind.kind && metadata.name === name.name && metadata.namespace === name.namespace;
}
