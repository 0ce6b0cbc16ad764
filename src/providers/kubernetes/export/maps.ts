/** A map of JSON, whatever is in it. */
export type Members = Readonly<Record<string, unknown>>;

/** Whether a value is a map of JSON. */
export function isMap(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
