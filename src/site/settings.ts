import { parse } from "./parse.ts";
import { type Path, pathText } from "./path.ts";
import { lineAt } from "./place.ts";

/** One value that a file sets: a leaf of its YAML, or a whole list. */
export type Setting = {
  /** As problems write it: `limits.memory`, `files["/etc/app.conf"]`. */
  readonly path: string;
  /** The value on one line, strings bare, in the words of the file. */
  readonly value: string;
  /** Where it stands, from 1. */
  readonly line: number;
};

/**
 * What a file of the site sets, from top to bottom; undefined when it is no YAML that we read. A list is one setting, since its places
 * have no names that stay. An empty map is one too.
 */
export function settingsOf(file: string, text: string): readonly Setting[] | undefined {
  const { source, value, problems } = parse(file, text, true);
  if (problems.length > 0) return undefined;
  const found: Setting[] = [];
  function visit(inner: unknown, path: Path): void {
    if (isMap(inner) && Object.keys(inner).length > 0) {
      for (const [key, below] of Object.entries(inner)) visit(below, [...path, key]);
    } else if (path.length > 0) {
      found.push({ path: pathText(path), value: written(inner), line: lineAt(source, path) });
    }
  }
  visit(value, []);
  return found;
}

/** A value as one writes it in a flow of YAML. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (!isMap(value)) return value === null ? "" : String(value);
  const members = Object.entries(value).map(([key, below]) => `${key}: ${written(below)}`);
  return `{${members.join(", ")}}`;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
