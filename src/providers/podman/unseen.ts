import { fail } from "../../lib/problem.ts";

/** Throws `CHANGES_UNSEEN`: somebody's changes would go unnoticed until everything is looked at again. */
export function unseen(what: string, cause?: unknown): never {
  const words = cause instanceof Error ? `: ${cause.message}` : "";
  return fail("CHANGES_UNSEEN", `expected to be told of changes to ${what}, got nothing any more${words}`, {
    kind: "transient",
    hint: "changes are noticed within five minutes all the same; freehold doctor says what this machine lacks",
    cause,
  });
}

/** Resolves when the signal says so. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
