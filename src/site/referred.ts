import { posix } from "node:path";
import { imageName, taggedReference } from "./images/image-name.ts";
import { parse } from "./parse.ts";
import { image as imageSchema } from "./schema/image.ts";

/**
 * The paths of the site that a service's file names (`files`, `static`, `build`, of its parts as well), sorted, each once. Nothing but
 * what could be one: a file that has mistakes elsewhere still tells them. Empty for what is no YAML.
 */
export function referredPaths(file: string, text: string): readonly string[] {
  return [...new Set(partsOf(file, text).flatMap(pathsOf))].sort();
}

/** What images.lock.yaml may pin for a service's file: its images of registries, with their tags, sorted, each once. */
export function referredImages(file: string, text: string): readonly string[] {
  const written = partsOf(file, text).map((part) => at(part, "image"));
  const names = written.flatMap((image) => {
    const read = imageSchema.safeParse(image);
    return read.success && read.data.from === "registry" ? taggedReference(imageName(read.data.reference)) : [];
  });
  return [...new Set(names)].sort();
}

/** The file itself, whose keys may be those of its one part, and each of its parts. */
function partsOf(file: string, text: string): readonly unknown[] {
  const { value } = parse(file, text);
  return [value, ...members(at(value, "parts")).map(([, part]) => part)];
}

function pathsOf(part: unknown): readonly string[] {
  const named = [at(part, "static"), at(part, "build"), ...members(at(part, "files")).map(([, path]) => path)];
  return named.flatMap((path) => (typeof path === "string" ? (inside(path) ?? []) : []));
}

/** A path inside the site without what means nothing in it; undefined for what leads out, and for the site itself. */
function inside(path: string): string | undefined {
  const plain = posix.normalize(path).replace(/\/$/, "");
  return plain === "." || plain === ".." || plain.startsWith("../") || plain.startsWith("/") ? undefined : plain;
}

function at(value: unknown, key: string): unknown {
  return members(value).find(([name]) => name === key)?.[1];
}

function members(value: unknown): readonly [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
