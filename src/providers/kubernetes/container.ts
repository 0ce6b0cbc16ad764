import { randomBytes } from "node:crypto";
import { at, numberAt } from "../../lib/json.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { sameThing } from "../../resource/same.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import type { KubeObject } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { clusterRanges } from "./cluster-ranges.ts";
import { contains } from "./contains.ts";
import { makeBearing } from "./network.ts";
import { notesOf, notesStillServing } from "./notes.ts";
import { podState } from "./pod.ts";
import { putAll } from "./put-all.ts";
import { loadedAnnotation, reloadPods } from "./reload.ts";
import type { Session } from "./session.ts";
import { waitUntilStarted } from "./started.ts";
import { stoppedAnnotation } from "./stop.ts";
import { surroundingsOf } from "./surroundings.ts";
import { withTemplateNotes } from "./template.ts";
import { objectsOf } from "./translate/objects-of.ts";
import { findContainer, madeAnnotation, needContainer, type Workload } from "./workload.ts";

/**
 * Makes a container be as the step says: one that is there and described the same is started, restarted or reloaded; another description
 * makes new pods, beside the old ones or after them as the container says. Problems: `IMAGE_MISSING`, `FILE_MISSING`, `SECRET_MISSING`,
 * `RELOAD_FAILED`, and those of `put` and of {@link waitUntilStarted}.
 */
export async function applyContainer(
  session: Session,
  step: ApplyStep,
  container: Container,
  context: ApplyContext,
): Promise<void> {
  const { signal, commit, report } = context;
  const surroundings = await surroundingsOf(session, container, signal);
  const { facts, shapes, live } = surroundings;
  await makeBearing(session, container, facts, signal);
  const found = await findContainer(session, container.id);
  const ranges = container.service === "front" ? await clusterRanges(session) : undefined;
  const [main, ...others] = objectsOf(container, {
    site: session.site,
    facts: () => facts,
    shapes,
    ...(ranges === undefined ? {} : { ranges }),
    ...(commit === undefined ? {} : { commit }),
  });
  if (main === undefined) return;
  const isKept = found !== undefined && keepsPods(step, found, container, main);
  const anew = {
    [madeAnnotation]: randomBytes(6).toString("hex"),
    ...(live === "" ? {} : { [loadedAnnotation]: live }),
  };
  const notes = isKept ? notesOf(found.object) : ((found && notesStillServing(found, container, main)) ?? anew);
  report("starting");
  const isStopped = found !== undefined && numberAt(found.object, "spec", "replicas") === 0;
  await putAll(session, step, [withTemplateNotes(main, notes), ...others], context);
  if (isStopped) await start(session, found, container, signal);
  if (isKept && !isStopped) await attend(session, step, found, signal);
  await waitUntilStarted(session, container, context);
}

/** Whether the pods that are there stay: they are as described, and nobody asked for others. */
function keepsPods(step: ApplyStep, found: Workload, container: Container, main: KubeObject): boolean {
  if (step.action === "replace" || (step.action === "update" && step.was.amiss === "unhealthy")) return false;
  if (!sameThing(found.container, container)) return false;
  const wanted = withTemplateNotes(main, notesOf(found.object));
  return contains(at(found.object, "spec", "template"), at(wanted, "spec", "template"));
}

async function start(
  { client }: Session,
  { kind, object }: Workload,
  container: Container,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name } = object.metadata;
  const metadata = { annotations: { [stoppedAnnotation]: null } };
  const spec = { replicas: container.cluster?.replicas ?? 1 };
  await client.patch(kind, namespace, name, { metadata, spec }, "merge", { signal });
}

/** What an update of one that is as described still means: what ended is started at once, what runs takes up what is new. */
async function attend(session: Session, step: ApplyStep, found: Workload, signal: AbortSignal): Promise<void> {
  if (step.action !== "update") return;
  for (const pod of found.pods) {
    const { runningSince, ended, waiting } = podState(pod);
    if (runningSince !== undefined || (ended === undefined && waiting?.reason !== "CrashLoopBackOff")) continue;
    const { name, namespace, uid } = pod.metadata;
    const only = uid === undefined ? {} : { uid };
    await session.client.remove(objectKinds.pod, namespace, name, { ...only, propagation: "Background", signal });
  }
  const { reload } = found.container;
  if (reload !== undefined) await reloadPods(session, await needContainer(session, found.container.id), reload, signal);
}
