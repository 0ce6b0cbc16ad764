import type { ProblemRest } from "../../lib/problem.ts";
import type { Conflict, Deed } from "../../secrets/merge-values.ts";
import { listed } from "../words.ts";

const here: Record<Deed, string> = { added: "added here", changed: "changed here", removed: "removed here" };
const there: Record<Deed, string> = { added: "added there", changed: "changed there", removed: "removed there" };

/** What is said of secrets that two sides changed differently: their names, never a value. */
export function disagreement(conflicts: readonly Conflict[]): { readonly message: string } & ProblemRest {
  const names = conflicts.map(({ name }) => name);
  const [first = ""] = names;
  return {
    message: `expected both sides to agree on ${listed(names)}, got different changes; all else is merged`,
    detail: [
      ...conflicts.map(({ name, ours, theirs }) => `${name}: ${here[ours]}, ${there[theirs]}; as it is here for now`),
      "to settle it:",
      `  freehold secrets take ${first}   # as it is there`,
      `  freehold secrets set ${first}    # another value`,
    ],
    hint: "then, or to leave it as it is here: git add secrets.yaml",
  };
}

/** What `secrets merge` says when nothing is to be merged, or all was. */
export const mergedText = {
  merged: ["Both sides are merged in secrets.yaml.", "next: git add secrets.yaml"],
  whole: ["secrets.yaml is whole already.", "next: git add secrets.yaml"],
  nothing: ["git merges secrets.yaml secret by secret in this clone."],
} as const;

/** What `secrets take` says. */
export function takenText(names: readonly string[]): readonly string[] {
  const is = names.length === 1 ? "is" : "are";
  return [`${listed(names)} ${is} as on the other side.`, "next: git add secrets.yaml, when nothing else is open"];
}
