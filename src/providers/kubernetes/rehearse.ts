import { type Problem, ProblemError } from "../../lib/problem.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { ApplyStep } from "../provider.ts";
import type { KubeObject } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { isProblem, refuseForeign } from "./foreign.ts";
import { knownFacts } from "./image.ts";
import type { Session } from "./session.ts";
import { contentsIn, shapesIn } from "./surroundings.ts";
import { managerOf } from "./translate/manager-of.ts";
import { fileName } from "./translate/names.ts";
import { objectsOf } from "./translate/objects-of.ts";
import type { FileShape, Translation } from "./translate/translation.ts";

/** What can be said in full before anything is made. Contents of files, secrets and certificates are the cluster's business only by their size. */
const rehearsed: ReadonlySet<string> = new Set(["network", "volume", "link", "container", "manifest"]);

/**
 * Has the cluster itself check what a step would write (a dry run of the API server, with all its admission), and resolves with what it says
 * against it. In a namespace that is not there yet nothing can be tried: whether the objects are valid is then asked in the namespace of
 * the context, where nothing of them stays either.
 */
export async function rehearse(session: Session, step: ApplyStep, signal: AbortSignal): Promise<Problem | undefined> {
  const { resource } = step;
  if (!rehearsed.has(resource.kind)) return undefined;
  const { client, site } = session;
  const namespace = namespaceOf(site, resource.service);
  const home = await client.get(objectKinds.namespace, undefined, namespace, signal);
  try {
    if (home !== undefined) refuseForeign(session, home);
    for (const object of objectsOf(resource, await translationOf(session, step, signal))) {
      const isIn = object.metadata.namespace === namespace || object.metadata.namespace === undefined;
      if (!isIn) continue; // the other end of a link is rehearsed when it is there
      if (home === undefined && object.kind !== "Namespace") await tryElsewhere(session, object, signal);
      else if (home?.metadata.deletionTimestamp === undefined) await tryHere(session, step, object, signal);
    }
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.kind === "user") return thrown.problem;
    throw thrown;
  }
}

/** As much as is known now; what is not is taken as it usually is. */
async function translationOf(session: Session, { resource }: ApplyStep, signal: AbortSignal): Promise<Translation> {
  const { site, storageClass } = session;
  const common = { site, ...(storageClass !== undefined && { storageClass }) };
  if (resource.kind !== "container") return { ...common, facts: () => undefined };
  const [facts, objects] = await Promise.all([
    knownFacts(session, signal),
    contentsIn(session, namespaceOf(site, resource.service), signal),
  ]);
  const unwritten = resource.mounts.flatMap(({ source }) => (source.startsWith("file/") ? [usualShape(source)] : []));
  const shapes = new Map([...unwritten, ...shapesIn(resource, objects)]);
  return { ...common, facts: (reference) => facts.get(reference), shapes };
}

/** How most files lie, for one that is not there yet. */
function usualShape(id: string): readonly [string, FileShape] {
  return [id, { kind: "ConfigMap", pieces: [{ name: fileName(id), items: [] }] }];
}

async function tryHere(session: Session, step: ApplyStep, object: KubeObject, signal: AbortSignal): Promise<void> {
  const { client } = session;
  const { name, namespace } = object.metadata;
  const live = await client.get(await client.kindOf(object), namespace, name, signal);
  if (live?.metadata.deletionTimestamp !== undefined) return;
  if (live !== undefined) refuseForeign(session, live);
  try {
    await client.apply(object, { force: true, dryRun: true, manager: managerOf(step.resource, {}), signal });
  } catch (thrown) {
    // what is made anew anyway, or when its turn comes, may differ where an update may not
    if (isProblem(thrown, "OBJECT_IMMUTABLE") && (step.action === "replace" || object.kind === "Service")) return;
    if (!isProblem(thrown, "OBJECT_MISSING", "NAMESPACE_ENDING")) throw thrown;
  }
}

async function tryElsewhere(session: Session, object: KubeObject, signal: AbortSignal): Promise<void> {
  const { client } = session;
  const metadata = { ...object.metadata, namespace: client.namespace };
  if ((await client.get(await client.kindOf(object), client.namespace, metadata.name, signal)) !== undefined) return;
  try {
    await client.apply({ ...object, metadata }, { force: false, dryRun: true, signal });
  } catch (thrown) {
    // only that they are no valid objects at all is true of them everywhere
    if (isProblem(thrown, "OBJECT_INVALID", "KIND_UNKNOWN")) {
      const { message } = thrown.problem;
      const asMeant = { ...thrown.problem, message: message.replaceAll(` in ${client.namespace}`, "") };
      throw new ProblemError(asMeant, { cause: thrown });
    }
    if (!(thrown instanceof ProblemError) || thrown.problem.kind === "bug") throw thrown;
  }
}
