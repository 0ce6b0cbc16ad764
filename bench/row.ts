/** A quantity with what it counts: milliseconds, megabytes (of 2^20 bytes), requests, requests a second, or how many times something. */
export type Amount = { readonly value: number; readonly unit: "ms" | "MB" | "requests" | "requests/s" | "times" };

/** What a figure may be at most, or must be at least, and in words where that comes from unless it is a plain number. */
export type Bound = { readonly at: "most" | "least"; readonly amount: Amount; readonly because?: string };

/** One line of the table. */
export type Row = FoundRow | LeftOutRow;

/** What could not be measured here, and why, as a phrase. */
export type LeftOutRow = { readonly figure: string; readonly leftOut: string };

/** What was found. */
export type FoundRow = {
  /** What was measured, as a phrase. */
  readonly figure: string;
  readonly measured: Amount;
  /** The least that the same work costs without freehold, measured in the same run. */
  readonly floor?: { readonly what: string; readonly amount: Amount };
  /** What is held against the bound when that is not `measured` itself: its ratio to the floor. */
  readonly ratio?: Amount;
  readonly bound: Bound;
  /** What else is worth knowing, a line each; nothing depends on it. */
  readonly notes?: readonly string[];
};

/** Whether a row keeps to its bound. One that was left out does. */
export function isWithin(row: Row): boolean {
  if ("leftOut" in row) return true;
  const { measured, ratio, bound } = row;
  const { value } = ratio ?? measured;
  return bound.at === "most" ? value <= bound.amount.value : value >= bound.amount.value;
}

/** So many milliseconds. */
export function milliseconds(value: number): Amount {
  return { value, unit: "ms" };
}

/** So many times. */
export function times(value: number): Amount {
  return { value, unit: "times" };
}

/** Bytes as megabytes. */
export function megabytes(bytes: number): Amount {
  return { value: bytes / 1024 ** 2, unit: "MB" };
}
