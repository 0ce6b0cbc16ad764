import { fail } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { Image } from "../../resource/kinds/image.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import { parseResource } from "../../resource/parse.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import type { KubeObject } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { putAll } from "./put-all.ts";
import type { ImageFacts, Session } from "./session.ts";
import { factsOf } from "./translate/image.ts";
import { annotations, labels } from "./translate/marks.ts";
import { objectsOf } from "./translate/objects-of.ts";

/** What is known of images by the references that containers name, per site's session; forgotten with it. */
const known = new WeakMap<Session, Map<string, ImageFacts>>();

/** Brings an image to where nodes find it, and writes down what it tells. Problems: those of {@link ClusterImages.bring}. */
export async function applyImage(
  session: Session,
  step: ApplyStep,
  image: Image,
  context: ApplyContext,
): Promise<void> {
  const facts = await session.images.bring(image, context);
  await putAll(session, step, objectsOf(image, { site: session.site, facts: () => facts, image: facts }), context);
  known.get(session)?.set(image.reference, facts);
}

/** What the image of a container tells. Problem: `IMAGE_MISSING`. */
export async function needFacts(session: Session, { image }: Container, signal: AbortSignal): Promise<ImageFacts> {
  const facts = known.get(session)?.get(image) ?? (await lookUp(session, signal)).get(image);
  return (
    facts ??
    fail("IMAGE_MISSING", `expected the image ${image} to be known to the cluster, got none`, {
      kind: "transient",
      hint: "freehold up fetches or builds what is missing",
    })
  );
}

/** What the site's images tell, by reference. */
export async function knownFacts(session: Session, signal: AbortSignal): Promise<ReadonlyMap<string, ImageFacts>> {
  return known.get(session) ?? lookUp(session, signal);
}

async function lookUp(session: Session, signal: AbortSignal): Promise<ReadonlyMap<string, ImageFacts>> {
  const { client, site } = session;
  const selection = { namespace: namespaceOf(site, "front"), labels: `${labels.site}=${site},${labels.kind}=image` };
  const facts = factsIn(await Array.fromAsync(client.list(objectKinds.configMap, { ...selection, signal })));
  rememberFacts(session, facts);
  return facts;
}

/** What the images of a site tell, by reference, in the ConfigMaps that hold it. */
export function factsIn(objects: readonly KubeObject[]): ReadonlyMap<string, ImageFacts> {
  const facts = new Map<string, ImageFacts>();
  for (const object of objects) {
    const resource = parseResource(object.metadata.annotations?.[annotations.resource] ?? "");
    if (resource?.kind !== "image") continue;
    const told = factsOf(object);
    if (told !== undefined) facts.set(resource.reference, told);
  }
  return facts;
}

/** Takes over what a look at everything found. */
export function rememberFacts(session: Session, facts: ReadonlyMap<string, ImageFacts>): void {
  known.set(session, new Map(facts));
}
