import { listAt, parseJson, textsAt } from "../../../lib/json.ts";
import type { KubeObject } from "../client/object.ts";
import { pathOf } from "./file-keys.ts";
import { annotations } from "./marks.ts";
import type { FileItem, FilePiece, FileShape } from "./translation.ts";

/** How a file lies in the objects that are its; undefined when some are missing, or are none of a file. */
export function shapeOf(objects: readonly KubeObject[]): FileShape | undefined {
  const main = objects.find(({ metadata }) => metadata.annotations?.[annotations.pieces] !== undefined);
  if (main === undefined || (main.kind !== "ConfigMap" && main.kind !== "Secret")) return undefined;
  const count = Number(main.metadata.annotations?.[annotations.pieces]);
  const { name } = main.metadata;
  const wanted = Array.from({ length: count }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
  const pieces = wanted.flatMap((one) => objects.filter(({ metadata }) => metadata.name === one).map(pieceOf));
  return pieces.length === count ? { kind: main.kind, pieces } : undefined;
}

/** What one object holds: each file's key and path, sorted by key. */
export function pieceOf(object: KubeObject): FilePiece {
  const notes = parseJson(object.metadata.annotations?.[annotations.paths] ?? "");
  const long = textsAt(notes, "paths");
  const programs = new Set(listAt(notes, "programs"));
  const keys = [...textsAt(object, "data").keys(), ...textsAt(object, "binaryData").keys()].sort();
  const items = keys.flatMap((key): FileItem[] => {
    const path = pathOf(key) ?? long.get(key);
    return path === undefined ? [] : [{ key, path, executable: programs.has(key) }];
  });
  return { name: object.metadata.name, items };
}
