import { readFile } from "node:fs/promises";
import { isErrno, writeAtomically } from "../../lib/fs.ts";
import { at, parseJson, textsAt } from "../../lib/json.ts";
import { canonical } from "../../resource/digest.ts";
import { parseResource } from "../../resource/parse.ts";
import type { Resource } from "../../resource/resource.ts";

/**
 * What stands beside a thing on disk: the resource that it was made from, and what its provider must remember of it.
 * It is the mark of ownership: nothing without one is ours.
 */
export type Sidecar = { readonly resource: Resource; readonly notes: ReadonlyMap<string, string> };

/** The sidecar at a path; undefined when there is none, or it is not one of ours. */
export async function readSidecar(path: string): Promise<Sidecar | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return undefined;
    throw thrown;
  }
  const value = parseJson(text);
  const resource = parseResource(canonical(at(value, "resource") ?? null));
  return resource === undefined ? undefined : { resource, notes: textsAt(value, "notes") };
}

/** Writes a sidecar; the directory must exist. Only root may read it: content may be in it. */
export function writeSidecar(
  path: string,
  resource: Resource,
  notes: Readonly<Record<string, string>> = {},
): Promise<void> {
  return writeAtomically(path, `${canonical({ resource, notes })}\n`, 0o600);
}
