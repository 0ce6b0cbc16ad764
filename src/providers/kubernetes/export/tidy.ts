import { isMap } from "./maps.ts";

/** The same value in the form in which a cluster keeps it, so that applying it twice changes nothing: `2` for `2000m`, no empty `env`. */
export function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (key === "env" && Array.isArray(inner) && inner.length === 0) return [];
      if (key === "cpu" && typeof inner === "string") return [[key, inner.replace(/^(\d+)000m$/, "$1")]];
      return [[key, tidy(inner)]];
    }),
  );
}
