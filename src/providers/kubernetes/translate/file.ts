import { fail } from "../../../lib/problem.ts";
import type { File } from "../../../resource/kinds/file.ts";
import type { KubeObject } from "../client/object.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { keyOf, pathOf } from "./file-keys.ts";
import { annotations } from "./marks.ts";
import { fileName } from "./names.ts";
import { furtherObject, mainObject } from "./object.ts";
import type { Translation, TreeFile } from "./translation.ts";

/** What one object holds at most, in bytes: Kubernetes lets it have 1 MiB, names and marks with it. */
const pieceSize = 900 * 1024;
/** What a whole file may have: the API's store is no place for more. */
const fileSize = 16 * 1024 * 1024;

/**
 * The ConfigMaps or Secrets of a file, in as few as hold it; a file within it is never cut in two. The first bears the resource without
 * its texts, which are read back from what the objects hold. Problem: `FILE_TOO_LARGE`.
 */
export function fileObjects(file: File, translation: Translation): readonly KubeObject[] {
  const pieces = packed(file, filesOf(file, translation));
  const described: File = file.content.from === "text" ? { ...file, content: { from: "text", entries: {} } } : file;
  const kind = file.secret ? objectKinds.secret : objectKinds.configMap;
  return pieces.map((files, index) => {
    const content = file.secret ? { type: "Opaque", data: binary(files) } : textsAndBytes(files);
    const notes = notesOn(files);
    const name = fileName(file.id, index + 1);
    if (index > 0) return furtherObject(kind, name, file, translation, content, { notes });
    const counted = { ...notes, [annotations.pieces]: String(pieces.length) };
    return mainObject(kind, name, file, translation, content, { described, notes: counted });
  });
}

function filesOf({ id, content }: File, { tree }: Translation): readonly TreeFile[] {
  if (content.from === "text")
    return Object.entries(content.entries)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, text]) => ({ path, bytes: Buffer.from(text, "utf8"), executable: false }));
  return tree ?? fail("BUG", `expected the files of ${id}, got none`, { kind: "bug" });
}

function packed({ id }: File, files: readonly TreeFile[]): readonly (readonly TreeFile[])[] {
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total > fileSize) refuse(id, total, "16 MiB in all");
  const pieces: TreeFile[][] = [[]];
  let filled = 0;
  for (const file of files) {
    const size = file.bytes.length + 2 * file.path.length;
    if (size > pieceSize) refuse(`${file.path} of ${id}`, file.bytes.length, "900 KiB in one file");
    if (filled + size > pieceSize) {
      pieces.push([]);
      filled = 0;
    }
    pieces.at(-1)?.push(file);
    filled += size;
  }
  return pieces;
}

/** Text that is UTF-8 as text, so that a person can read it there; all else, and what JSON would make much longer, as bytes. */
function textsAndBytes(files: readonly TreeFile[]) {
  const isText = new Map(files.map((file) => [file, readable(file.bytes)]));
  const texts = files.filter((file) => isText.get(file) !== undefined);
  const others = files.filter((file) => isText.get(file) === undefined);
  return {
    data: Object.fromEntries(texts.map((file) => [keyOf(file.path), isText.get(file) ?? ""])),
    ...(others.length === 0 ? {} : { binaryData: binary(others) }),
  };
}

function readable(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes)) return undefined;
  return JSON.stringify(text).length > 2 * bytes.length + 64 ? undefined : text;
}

function binary(files: readonly TreeFile[]): Readonly<Record<string, string>> {
  return Object.fromEntries(files.map(({ path, bytes }) => [keyOf(path), Buffer.from(bytes).toString("base64")]));
}

/** What the keys do not tell: paths that are too long for one, and which are programs. */
function notesOn(files: readonly TreeFile[]): Readonly<Record<string, string>> {
  const long = files.flatMap(({ path }) => (pathOf(keyOf(path)) === undefined ? [[keyOf(path), path] as const] : []));
  const programs = files.flatMap(({ path, executable }) => (executable ? [keyOf(path)] : []));
  if (long.length + programs.length === 0) return {};
  return { [annotations.paths]: JSON.stringify({ paths: Object.fromEntries(long), programs }) };
}

function refuse(what: string, size: number, most: string): never {
  fail("FILE_TOO_LARGE", `expected at most ${most} for a cluster to keep, got ${size} bytes: ${what}`, {
    expected: `at most ${most}`,
    got: `${size} bytes`,
    hint: "put large files into an image (build:) or into the service's state",
  });
}
