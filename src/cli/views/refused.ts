import type { Problem } from "../../lib/problem.ts";
import type { Text } from "../span.ts";
import { problemsText } from "./problems.ts";

/** What the cluster would refuse of a plan; nothing when it would take all. */
export function refusedText(problems: readonly Problem[], columns: number): Text {
  if (problems.length === 0) return [];
  const what = problems.length === 1 ? "this" : `these ${problems.length} things`;
  return ["", `The cluster would refuse ${what}; other services go on:`, "", ...problemsText(problems, columns)];
}
