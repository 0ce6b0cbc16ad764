import { posix } from "node:path";
import { parse } from "./parse.ts";

/**
 * The paths of the site that a service's file names (`files`, `static`, `build`, of its parts as well), sorted, each once. Nothing but
 * what could be one: a file that has mistakes elsewhere still tells them. Empty for what is no YAML.
 */
export function referredPaths(file: string, text: string): readonly string[] {
  const { value } = parse(file, text);
  const parts = members(at(value, "parts")).map(([, part]) => part);
  return [...new Set([value, ...parts].flatMap(pathsOf))].sort();
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
