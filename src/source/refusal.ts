import { ProblemError, problem } from "../lib/problem.ts";
import type { AllowedKey } from "./allowed-key.ts";

/** What can be wrong with a commit's signature. */
export type Fault = "unsigned" | "unknown" | "bad" | "expired";

/** What a letter of git's means; undefined: all is well. Letters that nobody knows yet are no good. git-log(1), "%G?". */
export function faultOf(letter: string, allowed: boolean): Fault | undefined {
  switch (letter) {
    case "G":
      return allowed ? undefined : "unknown";
    case "N":
      return "unsigned";
    case "E":
    case "U":
      return "unknown";
    case "X":
    case "Y":
    case "R":
      return "expired";
    default:
      return "bad";
  }
}

const words: Record<Fault, { readonly code: string; readonly got: string; readonly hint: string }> = {
  unsigned: {
    code: "UNSIGNED",
    got: "one without a signature",
    hint: "sign it: git commit --amend --no-edit -S, or several: git rebase --exec 'git commit --amend --no-edit -S' BASE",
  },
  unknown: {
    code: "UNKNOWN_SIGNER",
    got: "one signed by another",
    hint: "freehold signers list says who may sign; freehold signers add KEY, on the machine, lets somebody sign",
  },
  bad: {
    code: "BAD_SIGNATURE",
    got: "one whose signature does not fit it",
    hint: "somebody changed it after it was signed: look at it before you sign it anew",
  },
  expired: {
    code: "KEY_EXPIRED",
    got: "one signed by a key that has expired or was revoked",
    hint: "prolong the key and give it anew: freehold signers add FILE, or sign the commit anew",
  },
};

/** Why a commit is not taken. */
export function refusal(
  id: string,
  fault: Fault,
  { key, unread }: { readonly key: string; readonly unread: readonly AllowedKey[] } = { key: "", unread: [] },
): ProblemError {
  const { code, got, hint } = words[fault];
  const which = key === "" ? "" : ` (key ${key})`;
  const message = `expected each commit to be signed by a signer of this site, got ${got}: ${id.slice(0, 12)}${which}`;
  const detail = unread.map((one) => `gpg cannot read the key ${one.key} of ${one.name}`);
  return new ProblemError(
    problem(code, message, { hint, ...(fault === "unknown" && detail.length > 0 && { detail }) }),
  );
}
