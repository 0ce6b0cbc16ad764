import { fail } from "../lib/problem.ts";
import { nearest } from "../lib/text.ts";
import type { Identities } from "./identities.ts";
import { mergeText } from "./merge-text.ts";
import { openText } from "./open-text.ts";
import { reseal } from "./reseal.ts";
import { segmentsOf } from "./segments.ts";
import { openVersions } from "./versions.ts";

/**
 * The text of a secrets.yaml in which some secrets are as in another version of it, or not there where they are not there in that one.
 * Problems: `SECRET_UNKNOWN` for what neither has, `SECRETS_MERGE`, and those of reading and opening.
 */
export async function withTheirs(
  texts: { readonly ours: string; readonly theirs: string },
  names: readonly string[],
  { identities, now }: { readonly identities: Identities; readonly now: number },
): Promise<string> {
  const { ours, theirs } = await openVersions({ base: "", ...texts }, identities);
  for (const name of names) {
    if (ours.values.has(name) || theirs.values.has(name)) continue;
    const near = nearest(name, theirs.values.keys());
    fail("SECRET_UNKNOWN", `expected a secret of this side or of the other, got "${name}"`, {
      hint: near === undefined ? "freehold secrets show lists those of this side" : `did you mean ${near}?`,
    });
  }
  const { entries } = segmentsOf(openText(theirs.file, theirs));
  const versions = {
    base: { entries: [], tail: "" },
    ours: segmentsOf(openText(ours.file, ours)),
    theirs: { entries: entries.filter(({ name }) => names.includes(name)), tail: "" },
  };
  const sides = new Map(names.map((name) => [name, "theirs" as const]));
  const result = reseal(ours.file, ours, mergeText(versions, sides), now);
  return "text" in result
    ? result.text
    : fail("SECRETS_MERGE", "expected secrets that are laid out like those of this side, got others", {
        hint: `set them by hand: freehold secrets set ${names[0] ?? "NAME"}`,
      });
}
