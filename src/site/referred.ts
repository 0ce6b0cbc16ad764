import { posix } from "node:path";
import { imageName, taggedReference } from "./images/image-name.ts";
import { parse } from "./parse.ts";
import { image as imageSchema } from "./schema/image.ts";

/**
 * The paths of the site that a service's file names (`files`, `static`, `build`, of its parts as well, and `manifests`), sorted, each once. Nothing but
 * what could be one: a file that has mistakes elsewhere still tells them. Empty for what is no YAML.
 */
export function referredPaths(file: string, text: string): readonly string[] {
  const { value } = parse(file, text);
  const manifests = items(at(value, "manifests"));
  return [...new Set([...partsOf(value).flatMap(pathsOf), ...manifests.flatMap(insidePath)])].sort();
}

/** What images.lock.yaml may pin for a service's file: its images of registries, with their tags, sorted, each once. */
export function referredImages(file: string, text: string): readonly string[] {
  const written = partsOf(parse(file, text).value).map((part) => at(part, "image"));
  const names = written.flatMap((image) => {
    const read = imageSchema.safeParse(image);
    return read.success && read.data.from === "registry" ? taggedReference(imageName(read.data.reference)) : [];
  });
  return [...new Set(names)].sort();
}

/** The file itself, whose keys may be those of its one part, and each of its parts. */
function partsOf(value: unknown): readonly unknown[] {
  return [value, ...members(at(value, "parts")).map(([, part]) => part)];
}

function pathsOf(part: unknown): readonly string[] {
  const named = [at(part, "static"), at(part, "build"), ...members(at(part, "files")).map(([, path]) => path)];
  return named.flatMap(insidePath);
}

function insidePath(path: unknown): readonly string[] {
  const plain = typeof path === "string" ? inside(path) : undefined;
  return plain === undefined ? [] : [plain];
}

/** A path inside the site without what means nothing in it; undefined for what leads out, and for the site itself. */
function inside(path: string): string | undefined {
  const plain = posix.normalize(path).replace(/\/$/, "");
  return plain === "." || plain === ".." || plain.startsWith("../") || plain.startsWith("/") ? undefined : plain;
}

function at(value: unknown, key: string): unknown {
  return members(value).find(([name]) => name === key)?.[1];
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function members(value: unknown): readonly [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
