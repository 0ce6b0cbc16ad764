import type { z } from "zod";
import { type ServiceFile, serviceSchema } from "./schema/service.ts";

/**
 * What is left of a service when its keys with problems are taken out, so that the others are looked at as well. A part loses
 * its own keys; lists go as a whole, since their entries are known by number.
 */
export function withoutBroken(data: unknown, issues: readonly z.core.$ZodIssue[]): ServiceFile | undefined {
  const paths = issues.flatMap((issue) => {
    const path = issue.path.map(String);
    return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
  });
  const top = new Set(paths.filter((path) => path[0] !== "parts" || path.length === 1).map(([key]) => key));
  const inParts = Map.groupBy(
    paths.filter((path) => path[0] === "parts" && path.length > 1),
    ([, part]) => part,
  );
  const left = without(data, top);
  if (left === undefined) return undefined;
  if (inParts.size > 0 && isRecord(left.parts)) left.parts = withoutKeys(left.parts, inParts);
  const checked = serviceSchema.safeParse(left);
  return checked.success ? checked.data : undefined;
}

function withoutKeys(
  parts: Record<string, unknown>,
  broken: ReadonlyMap<string | undefined, string[][]>,
): Record<string, unknown> {
  const left = Object.entries(parts).flatMap(([name, part]) => {
    const keys = (broken.get(name) ?? []).map((path) => path[2]);
    const rest = keys.includes(undefined) ? undefined : without(part, new Set(keys));
    return rest === undefined ? [] : [[name, rest] as const];
  });
  return Object.fromEntries(left);
}

function without(value: unknown, keys: ReadonlySet<string | undefined>): Record<string, unknown> | undefined {
  if (!isRecord(value)) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.has(key)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
