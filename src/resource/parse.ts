import type { Json } from "./digest.ts";
import type { Resource } from "./resource.ts";
import { traits } from "./traits.ts";

/**
 * The resource that a text stands for, as freehold itself once wrote it (in a label, a sidecar, a comment of a table); undefined
 * when it is something else. Only what every resource has is looked at: a description of an older version simply differs
 * from the one wanted, and is put right.
 */
export function parseResource(text: string): Resource | undefined {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
  return isResource(value) ? value : undefined;
}

function isResource(value: unknown): value is Resource {
  if (typeof value !== "object" || value === null) return false;
  const own = new Map<string, unknown>(Object.entries(value));
  return (
    Object.hasOwn(traits, String(own.get("kind"))) &&
    typeof own.get("id") === "string" &&
    typeof own.get("service") === "string" &&
    Array.isArray(own.get("needs"))
  );
}
