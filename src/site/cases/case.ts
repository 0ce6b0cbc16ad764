/** What the tests of this folder share: sites written as text, read from a directory of their own, problems as lines. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Problem } from "../../lib/problem.ts";
import { type Loaded, load } from "../load.ts";

/** Files of a site by their paths; missing ones are those of a small good site. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** freehold's own images. */
export const images = resolve(import.meta.dirname, "../../../images");

const good: Files = { "site.yaml": "name: home\ndomain: example.org\n" };

/** Writes a site into a directory of its own, calls `work` with it, and removes it. */
export async function withSite<Result>(files: Files, work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-site-"));
  try {
    for (const [path, content] of Object.entries({ ...good, ...files })) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Loads a site that is written as text. */
export function loadFiles(files: Files): Promise<Loaded> {
  return withSite(files, (directory) => load(directory, { images }));
}

/** A problem as golden files show it. */
export function problemText({ place, severity, code, message, path, hint }: Problem): string {
  const where = place === undefined ? "" : `${place.file}:${place.line}:${place.column} `;
  const mark =
    place?.source === undefined
      ? []
      : [`    ${place.source}`, `    ${" ".repeat(place.column - 1)}${"^".repeat(place.length ?? 1)}`];
  const head = `${where}${severity === "warning" ? "warning " : ""}${code}${path === undefined ? "" : ` ${path}`}`;
  return [head, ...mark, `    ${message}`, ...(hint === undefined ? [] : [`    hint: ${hint}`])].join("\n");
}

/** A problem in a line: `services/blog.yaml:2:7 PORT_OUT_OF_RANGE`. */
export function problemLine({ place, code }: Problem): string {
  return place === undefined ? code : `${place.file}:${place.line}:${place.column} ${code}`;
}
