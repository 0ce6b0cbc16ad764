import type { Place } from "../lib/problem.ts";
import { isUnreadable } from "./inside.ts";
import { parse } from "./parse.ts";
import type { Path } from "./path.ts";
import { isWritten, lineAt } from "./place.ts";
import { readSiteFile } from "./read.ts";

/**
 * Where a file of a site says something: the line of the first of these paths that is written there, else its first line. Undefined when the
 * file cannot be read any more. For problems that show only when the site is made.
 */
export async function writtenAt(directory: string, file: string, paths: readonly Path[]): Promise<Place | undefined> {
  const read = await readSiteFile(directory, file);
  if (isUnreadable(read)) return undefined;
  const { source } = parse(file, read.text);
  const path = paths.find((each) => isWritten(source, each));
  return { file, line: path === undefined ? 1 : lineAt(source, path), column: 1 };
}
