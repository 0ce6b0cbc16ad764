/** How much a problem weighs: an error stops what it is in, a warning stops nothing. */
export type Severity = "error" | "warning";

/**
 * What follows from a problem: `user` a person must act (never retried), `waiting` come back later,
 * `transient` try again with back-off, `bug` a fault of freehold itself.
 */
export type ProblemKind = "user" | "waiting" | "transient" | "bug";

/** Where in the site's files a problem stands. Lines and columns count from 1; `column` counts UTF-16 units. */
export type Place = {
  /** Relative to the site's directory, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many columns the marker under the source line spans, at least 1. */
  readonly length?: number;
  /** The source line itself, without its end, control characters made visible. */
  readonly source?: string;
  /** The line above it, likewise; absent for the first line. */
  readonly before?: string;
};

/** One thing that is wrong, said so that a person can mend it. */
export type Problem = {
  /** Stable, in capitals, never reused for another meaning: `INGRESS_HOST_TAKEN`. */
  readonly code: string;
  readonly severity: Severity;
  readonly kind: ProblemKind;
  readonly place?: Place;
  /** The path of keys inside the file or resource: `expose[0].host`. */
  readonly path?: string;
  /** One sentence, lower case, no full stop. Contains "expected X, got Y" where that is what it is. */
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
  /** One edit or command that the person can do now. */
  readonly hint?: string;
  /** Further lines that help: the last lines of a container's log, for instance. */
  readonly detail?: readonly string[];
};

/** Everything about a problem but its code and message; severity is `error` and kind `user` unless said. */
export type ProblemRest = Partial<Omit<Problem, "code" | "message">>;

/** Makes a problem. */
export function problem(code: string, message: string, rest: ProblemRest = {}): Problem {
  return { code, severity: "error", kind: "user", message, ...rest };
}

/** Carries a problem (and what caused it) up to the one place that shows it. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(value: Problem, options?: { cause?: unknown }) {
    super(value.message, options);
    this.name = "ProblemError";
    this.problem = value;
  }
}

/** Throws the problem that the arguments make; see {@link problem}. */
export function fail(code: string, message: string, rest: ProblemRest & { cause?: unknown } = {}): never {
  const { cause, ...others } = rest;
  throw new ProblemError(problem(code, message, others), cause === undefined ? {} : { cause });
}

/** The problem in anything that was thrown: its own, or a `BUG` that keeps the cause's words. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return problem("BUG", `freehold itself failed: ${message}`, {
    kind: "bug",
    hint: "run again with --debug and report what it prints",
  });
}
