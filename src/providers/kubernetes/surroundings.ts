import { fail } from "../../lib/problem.ts";
import { digest } from "../../resource/digest.ts";
import type { Container } from "../../resource/kinds/container.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import { spokenName } from "../../resource/spoken.ts";
import type { KubeObject, ObjectKind } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { contentDigest } from "./content.ts";
import { needFacts } from "./image.ts";
import type { ImageFacts, Session } from "./session.ts";
import { shapeOf } from "./translate/file-shape.ts";
import { annotations, labels } from "./translate/marks.ts";
import { bundleNames } from "./translate/names.ts";
import type { FileShape } from "./translate/translation.ts";

/** What a container's translation must know of what it runs with, as it is in the cluster now. */
export type Surroundings = {
  readonly facts: ImageFacts;
  readonly shapes: ReadonlyMap<string, FileShape>;
  /** Of what its live mounts show; "" for one that sees new content by itself. */
  readonly live: string;
};

/** Looks at what a container runs with, where it runs with anything. Problems: `IMAGE_MISSING`, `FILE_MISSING`, `SECRET_MISSING`. */
export async function surroundingsOf(
  session: Session,
  container: Container,
  signal: AbortSignal,
): Promise<Surroundings> {
  const [facts, objects] = await Promise.all([
    needFacts(session, container, signal),
    reads(container) ? contentsIn(session, namespaceOf(session.site, container.service), signal) : [],
  ]);
  const absent = absentAmong(container, objects);
  if (absent !== undefined) {
    const code = absent.startsWith("secret/") ? "SECRET_MISSING" : "FILE_MISSING";
    fail(code, `expected ${absent} in the cluster before ${spokenName(container)} starts, got nothing`, {
      kind: "transient",
      hint: "freehold up makes what is missing",
    });
  }
  return { facts, shapes: shapesIn(container, objects), live: liveDigest(container, objects) };
}

/** Whether a container runs with anything that ConfigMaps and Secrets hold. */
function reads({ mounts, secrets }: Container): boolean {
  return secrets !== undefined || mounts.some(({ source }) => /^(file\/|certificate)/.test(source));
}

/** What a container reads that is not among some objects: the id of the first. */
function absentAmong({ mounts, secrets }: Container, objects: readonly KubeObject[]): string | undefined {
  const there = new Set(objects.map(idOf));
  const files = mounts.flatMap(({ source }) => (/^(file|certificate)\//.test(source) ? [source] : []));
  return [...files, ...(secrets === undefined ? [] : [secrets.source])].find((id) => !there.has(id));
}

/** How the files that a container sees lie in some objects of its namespace. */
export function shapesIn({ mounts }: Container, objects: readonly KubeObject[]): ReadonlyMap<string, FileShape> {
  const shapes = new Map<string, FileShape>();
  for (const { source } of mounts) {
    if (!source.startsWith("file/")) continue;
    const shape = shapeOf(objects.filter((object) => idOf(object) === source));
    if (shape !== undefined) shapes.set(source, shape);
  }
  return shapes;
}

/** A digest of what a container with a reload sees live, in some objects of its namespace; "" for one without. */
export function liveDigest({ mounts, reload }: Container, objects: readonly KubeObject[]): string {
  if (reload === undefined) return "";
  const seen = mounts.flatMap(({ source, live }) => {
    if (source === "certificates") return objects.filter(isBundle);
    return live ? objects.filter((object) => idOf(object) === source) : [];
  });
  return digest(seen.map((object) => `${object.metadata.name} ${contentDigest(object)}`).sort()).slice(0, 32);
}

/** The ConfigMaps and Secrets of the site in a namespace. */
export async function contentsIn(
  { client, site }: Session,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const selection = { namespace, labels: `${labels.site}=${site}`, signal };
  const list = (kind: ObjectKind): Promise<KubeObject[]> => Array.fromAsync(client.list(kind, selection));
  return (await Promise.all([list(objectKinds.configMap), list(objectKinds.secret)])).flat();
}

const bundles: ReadonlySet<string> = new Set(bundleNames());

function isBundle({ kind, metadata }: KubeObject): boolean {
  return kind === "Secret" && bundles.has(metadata.name);
}

function idOf({ metadata }: KubeObject): string {
  return metadata.annotations?.[annotations.id] ?? "";
}
