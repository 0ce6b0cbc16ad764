import type { Problem } from "../lib/problem.ts";

/** Every code that freehold can end with, and what it means. */
export const exits = {
  0: "done",
  1: "failed",
  2: "wrong usage",
  3: "partly done",
  4: "changes are pending",
  10: "the site is invalid",
  11: "somebody else works on this site",
  130: "interrupted",
} as const;

/** One of freehold's exit codes; `exec` alone hands on the code of what it ran. */
export type Exit = keyof typeof exits;

/** The code that a problem ends the program with. */
export function exitOf(problem: Problem): Exit {
  if (problem.code === "LOCKED") return 11;
  if (problem.code === "INTERRUPTED") return 130;
  if (problem.code.startsWith("USAGE")) return 2;
  if (problem.code.startsWith("SITE_")) return 10;
  return 1;
}
