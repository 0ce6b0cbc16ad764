import type { Container } from "../../resource/kinds/container.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { Observation, Observed } from "../../resource/observed.ts";
import type { Resource } from "../../resource/resource.ts";
import { findAuthority } from "../authority/authority.ts";
import type { Pair } from "../authority/pair.ts";
import { amissAmong, contentAmiss } from "./amiss.ts";
import { authoritySecret } from "./authority-secret.ts";
import { certificateAmiss } from "./certificate.ts";
import type { KubeObject } from "./client/object.ts";
import { clusterRanges } from "./cluster-ranges.ts";
import { factsIn, rememberFacts } from "./image.ts";
import { type Inventory, takeInventory } from "./inventory.ts";
import { manifestAmiss } from "./manifest.ts";
import { notesOf } from "./notes.ts";
import { haveLoaded } from "./reload.ts";
import type { ImageFacts, Session } from "./session.ts";
import { liveDigest, shapesIn } from "./surroundings.ts";
import { withTemplateNotes } from "./template.ts";
import { annotations } from "./translate/marks.ts";
import { objectsOf } from "./translate/objects-of.ts";
import { podSecurityOf } from "./translate/pod-security.ts";
import { resourceOf } from "./translate/resource-of.ts";
import type { ClusterRanges, Translation } from "./translate/translation.ts";
import { volumeAmiss } from "./volume.ts";
import { workloadOf } from "./workload.ts";

/** What is looked at once for all resources. */
type Look = {
  readonly session: Session;
  readonly inventory: Inventory;
  readonly facts: ReadonlyMap<string, ImageFacts>;
  readonly ranges: ClusterRanges | undefined;
  readonly authority: Pair | undefined;
  /** By service. */
  readonly containers: ReadonlyMap<string, readonly Container[]>;
};

type Found = { readonly resource: Resource; readonly main: KubeObject };

/** Everything of a site that exists in the cluster, and what of it is not as it was applied. No slots: a cluster gives addresses itself. */
export async function observeSite(session: Session): Promise<Observation> {
  const inventory = await takeInventory(session);
  const found = inventory.mains.flatMap((main): Found[] => {
    const resource = resourceOf(main, piecesBeside(inventory, main));
    return resource === undefined ? [] : [{ resource, main }];
  });
  const facts = factsIn(found.flatMap(({ resource, main }) => (resource.kind === "image" ? [main] : [])));
  rememberFacts(session, facts);
  const containers = found.flatMap(({ resource }) => (resource.kind === "container" ? [resource] : []));
  const look: Look = {
    session,
    inventory,
    facts,
    ranges: found.some(({ resource }) => resource.kind === "link" || resource.service === "front")
      ? await clusterRanges(session)
      : undefined,
    authority: found.some(({ resource }) => resource.kind === "certificate") ? await authorityNow(session) : undefined,
    containers: Map.groupBy(containers, ({ service }) => service),
  };
  const observed = await Promise.all(found.map((each) => observe(look, each)));
  return {
    resources: observed.flat().sort((a, b) => (a.resource.id < b.resource.id ? -1 : 1)),
    slots: {},
    foreignSlots: [],
  };
}

async function observe(look: Look, { resource, main }: Found): Promise<readonly Observed[]> {
  switch (resource.kind) {
    case "image": {
      const facts = look.facts.get(resource.reference);
      return facts !== undefined && (await look.session.images.present(facts)) ? [{ resource }] : [];
    }
    case "container":
      return [observedContainer(look, resource, main)];
    case "file":
    case "secret":
      return [withAmiss(resource, contentAmiss(main, piecesBeside(look.inventory, main)))];
    case "certificate":
      return [withAmiss(resource, certificateAmiss(look.session, look.inventory, resource, main, look.authority))];
    case "volume":
      return [withAmiss(resource, volumeAmiss(look.session, resource, main))];
    case "network":
    case "link":
      return [withAmiss(resource, amissAmong(look.inventory, objectsOf(resource, translation(look, resource))))];
    case "manifest":
      return [withAmiss(resource, await manifestAmiss(look.session, resource))];
  }
}

function observedContainer(
  { session, inventory, facts, ranges }: Look,
  container: Container,
  main: KubeObject,
): Observed {
  const namespace = namespaceOf(session.site, container.service);
  const workload = workloadOf(main, container, inventory.pods.get(namespace) ?? []);
  const contents = inventory.contents.get(namespace) ?? [];
  const [first, ...others] = objectsOf(container, {
    site: session.site,
    facts: (reference) => facts.get(reference),
    shapes: shapesIn(container, contents),
    ...(ranges === undefined || container.service !== "front" ? {} : { ranges }),
  });
  const wanted = first === undefined ? others : [withTemplateNotes(first, notesOf(main)), ...others];
  const isKnown = facts.has(container.image);
  const amiss = isKnown ? amissAmong(inventory, wanted) : undefined;
  const isStale = container.reload !== undefined && !haveLoaded(workload, liveDigest(container, contents));
  return { ...withAmiss(container, amiss ?? (isStale ? "not reloaded" : undefined)), run: workload.run };
}

function translation({ session, facts, ranges, containers }: Look, resource: Resource): Translation {
  const { site } = session;
  const factsOfReference = (reference: string): ImageFacts | undefined => facts.get(reference);
  return {
    site,
    facts: factsOfReference,
    ...(ranges === undefined ? {} : { ranges }),
    ...(resource.kind === "network"
      ? { level: podSecurityOf(containers.get(resource.service) ?? [], factsOfReference) }
      : {}),
  };
}

/** The site's authority; one that is damaged is told when something is to be signed. */
async function authorityNow(session: Session): Promise<Pair | undefined> {
  const found = await findAuthority(authoritySecret(session, AbortSignal.timeout(60_000)));
  return found === "damaged" ? undefined : found;
}

/** The further objects of what does not fit into one. */
function piecesBeside({ contents }: Inventory, main: KubeObject): readonly KubeObject[] {
  if (main.metadata.annotations?.[annotations.pieces] === undefined) return [];
  const id = main.metadata.annotations[annotations.id];
  return (contents.get(main.metadata.namespace ?? "") ?? []).filter(
    (object) => object !== main && object.metadata.annotations?.[annotations.id] === id,
  );
}

function withAmiss(resource: Resource, amiss: string | undefined): Observed {
  return amiss === undefined ? { resource } : { resource, amiss };
}
