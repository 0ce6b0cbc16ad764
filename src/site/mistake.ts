import type { ProblemKind, Severity } from "../lib/problem.ts";
import { shorten, visible } from "../lib/text.ts";
import type { Path } from "./path.ts";
import type { SiteCode } from "./problem-codes.ts";

/** A problem that knows its path in a file, but not yet its line. */
export type Mistake = {
  readonly code: SiteCode;
  readonly path: Path;
  /** Whether the key or the value is marked; the value unless said. */
  readonly at?: "key" | "value";
  readonly message: string;
  readonly severity?: Severity;
  readonly kind?: ProblemKind;
  readonly expected?: string;
  readonly got?: string;
  readonly hint?: string;
  /** The line must not be shown. */
  readonly secret?: boolean;
};

/** What a mistake has beyond its code, its path and what was expected. */
export type MistakeRest = Partial<Omit<Mistake, "code" | "path" | "message" | "expected">>;

/** A mistake of the form "expected X, got Y". */
export function unexpected(code: SiteCode, path: Path, expected: string, rest: MistakeRest = {}): Mistake {
  const message = rest.got === undefined ? `expected ${expected}` : `expected ${expected}, got ${rest.got}`;
  return { code, path, message, expected, ...rest };
}

/** A value as problems show it: `"mial"`, `80000`, `a list`, `nothing`. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `"${shorten(visible(value), 60)}"`;
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : String(value);
}
