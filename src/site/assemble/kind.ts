import { either } from "../../lib/text.ts";
import type { ServiceFile } from "../schema/service.ts";
import type { Report } from "./draft.ts";

/** What a service can be made from; exactly one of them. */
const sources = ["image", "build", "static", "external", "parts"] as const;

/** What a service is made from; objects of Kubernetes may stand alone, and beside all but what runs elsewhere. */
export type SourceKey = (typeof sources)[number] | "manifests";

const always = new Set(["title", "expose", "records", "stage"]);

/** Keys that mean something beside `static`, `external` and `parts`. */
const beside: Partial<Record<SourceKey, ReadonlySet<string>>> = {
  static: new Set([...always, "static", "health", "limits", "manifests", "replicas"]),
  external: new Set([...always, "external"]),
  parts: new Set([...always, "manifests", "parts", "reach", "replicas"]),
  manifests: new Set(["title", "stage", "records", "manifests", "reach"]),
};

const reasons: Partial<Record<SourceKey, (key: string) => string>> = {
  static: (key) => `remove ${key}: files served as they are have no use for it`,
  external: (key) => `remove ${key}: it means nothing for what runs elsewhere`,
  parts: (key) => `move ${key} into the part that it is for`,
  manifests: (key) => `remove ${key}: it means nothing for objects that are written out`,
};

/** What the service is made from, and keys that contradict it. */
export function sourceKey(file: ServiceFile, report: Report): SourceKey | undefined {
  const [source, ...others] = sources.filter((key) => file[key] !== undefined);
  const first = source ?? (file.manifests === undefined ? undefined : "manifests");
  if (first === undefined) {
    report({
      code: "SOURCE_MISSING",
      path: [],
      message: `expected ${either(sources)}, got none of them`,
      hint: "write image: docker.io/library/nginx:1.29",
    });
    return undefined;
  }
  for (const key of others)
    report({
      code: "SOURCE_TWICE",
      path: [key],
      at: "key",
      message: `expected one of ${sources.join(", ")}, got ${first} and ${key}`,
      hint: `remove ${first} or ${key}`,
    });
  if (others.length === 0) reportMisplaced(first, file, report);
  return first;
}

function reportMisplaced(source: SourceKey, file: ServiceFile, report: Report): void {
  const allowed = beside[source];
  if (allowed === undefined) return;
  for (const [key, value] of Object.entries(file)) {
    if (value === undefined || allowed.has(key)) continue;
    const hint = reasons[source]?.(key);
    const message = `expected no ${key} beside ${source}`;
    report({ code: "KEY_MISPLACED", path: [key], at: "key", message, ...(hint !== undefined && { hint }) });
  }
}
