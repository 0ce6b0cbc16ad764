import type { Site } from "./site.ts";

/** What holds when nothing is written: 30 days. */
const usual = 30 * 86_400_000;

/** For how long the state of what left the site is kept: milliseconds, or for ever. */
export function graceOf({ grace }: Pick<Site, "grace">): number | "never" {
  return grace ?? usual;
}
