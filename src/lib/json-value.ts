/** Any value that JSON has. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A map of JSON. */
export type JsonObject = { readonly [key: string]: Json };

/** A copy of a value as JSON has it; undefined for what JSON cannot say: `.nan`, `.inf`, something that is no data. */
export function jsonOf(value: unknown): Json | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const items = value.map(jsonOf);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  return jsonObjectOf(value);
}

/** The same of a map; undefined for anything else. */
export function jsonObjectOf(value: unknown): JsonObject | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const members: [string, Json][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const copied = jsonOf(inner);
    if (copied === undefined) return undefined;
    members.push([key, copied]);
  }
  return Object.fromEntries(members);
}
