import { fail } from "../../lib/problem.ts";
import type { Conflict } from "../../secrets/merge-values.ts";
import { disagreement } from "../views/merge.ts";

/** Says what is left to do about a merge in which not all could be merged. Problem: `SECRETS_DISAGREE`. */
export function mustAgree(conflicts: readonly Conflict[]): void {
  if (conflicts.length === 0) return;
  const { message, ...rest } = disagreement(conflicts);
  fail("SECRETS_DISAGREE", message, rest);
}
