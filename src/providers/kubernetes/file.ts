import type { File } from "../../resource/kinds/file.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import type { KubeObject, ObjectKind } from "./client/object.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { withContentDigest } from "./content.ts";
import { waitUntilGone } from "./gone.ts";
import { showFile } from "./live.ts";
import { hasNewPaths, showNewPaths } from "./new-paths.ts";
import { put } from "./put.ts";
import type { Session } from "./session.ts";
import { annotations, labels } from "./translate/marks.ts";
import { ofLabel } from "./translate/names.ts";
import { objectsOf } from "./translate/objects-of.ts";
import { readContent } from "./tree.ts";

/**
 * Writes a file into the cluster, and resolves when those who see it live have the new content. Problems: `FILE_TOO_LARGE`, and those of
 * reading it.
 */
export async function applyFile(session: Session, step: ApplyStep, file: File, context: ApplyContext): Promise<void> {
  const { signal, commit } = context;
  const { content } = file;
  const objects = objectsOf(file, {
    site: session.site,
    facts: () => undefined,
    ...(content.from === "tree" ? { tree: await readContent(file, content) } : {}),
    ...(commit === undefined ? {} : { commit }),
  }).map(withContentDigest);
  const before = await piecesOf(session, file, signal);
  for (const object of objects)
    await put(session, object, { resource: file, signal, unseen: step.action === "create" });
  const wanted = new Set(objects.map(keyOf));
  for (const piece of before) if (!wanted.has(keyOf(piece))) await removePiece(session, piece, signal);
  const changing = { before, after: objects };
  if (hasNewPaths(changing)) await showNewPaths(session, file, context);
  else await showFile(session, file, changing, signal);
}

/** Takes a file away with all of its pieces. */
export async function removeFile(session: Session, file: File, signal: AbortSignal): Promise<void> {
  // the main one last: what nobody sees would stay
  for (const piece of (await piecesOf(session, file, signal)).toSorted(mainLast))
    await removePiece(session, piece, signal);
}

/** The objects that a file lies in now. */
async function piecesOf({ client, site }: Session, { id, service }: File, signal: AbortSignal): Promise<KubeObject[]> {
  const namespace = namespaceOf(site, service);
  const selection = { namespace, labels: `${labels.site}=${site},${labels.of}=${ofLabel(id)}`, signal };
  const list = (kind: ObjectKind): Promise<KubeObject[]> => Array.fromAsync(client.list(kind, selection));
  return (await Promise.all([list(objectKinds.configMap), list(objectKinds.secret)])).flat();
}

async function removePiece(session: Session, { kind, metadata }: KubeObject, signal: AbortSignal): Promise<void> {
  const { name, namespace, uid } = metadata;
  const named = { kind: kind === "Secret" ? objectKinds.secret : objectKinds.configMap, namespace, name, uid };
  const only = uid === undefined ? {} : { uid };
  await session.client.remove(named.kind, namespace, name, { ...only, propagation: "Background", signal });
  await waitUntilGone(session, named, signal);
}

function mainLast(a: KubeObject, b: KubeObject): number {
  return Number(isMain(a)) - Number(isMain(b));
}

function isMain({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[annotations.resource] !== undefined;
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}
