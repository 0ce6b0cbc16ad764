import { compareTags, isCalendar, sameForm, type VersionTag, versionTag } from "./tag.ts";

/** How far `freehold update` goes for a service: nowhere, to fixes, to what breaks nothing, to the newest. */
export type UpdatePolicy = "manual" | "patch" | "minor" | "auto";

/**
 * The tag to go to under a policy: the newest of the same form that the policy allows; the present one when there is none newer. One tag that
 * is surely a date tells that all of its form are. A tag that counts nothing stays, and only its digest moves.
 *
 * `patch` keeps the first two numbers and `minor` the first; of a calendar version `minor` takes any later one and `patch` those of the same
 * month. Fewer numbers are coarser: with `1.29`, the registry itself moves within it, so `patch` stays there.
 */
export function chooseTag(present: string, offered: readonly string[], policy: UpdatePolicy): string {
  const from = versionTag(present);
  if (from === undefined || policy === "manual") return present;
  const candidates = offered.flatMap((text) => versionTag(text) ?? []).filter((tag) => sameForm(from, tag));
  const counts = [from, ...candidates].some((tag) => isCalendar(tag) && alike(tag, from)) ? "calendar" : "semantic";
  const newest = candidates
    .filter((tag) => compareTags(from, tag) < 0 && allows(policy, counts, from, tag))
    .reduce<VersionTag>((best, tag) => (compareTags(best, tag) < 0 ? tag : best), from);
  return newest.text;
}

/** Whether two versions may count by one calendar: whoever turns from `1.5` to `24.04` begins another one. */
function alike(a: VersionTag, b: VersionTag): boolean {
  return String(a.numbers[0]).length === String(b.numbers[0]).length;
}

/** How large a step between two tags is, in the words of the policies; `rebuilt` when the tag stays. */
export type UpdateStep = "major" | "minor" | "patch" | "rebuilt";

/** Names the step from one tag to another of the same form. */
export function updateStep(from: string, to: string): UpdateStep {
  if (from === to) return "rebuilt";
  const [before, after] = [versionTag(from), versionTag(to)];
  if (before === undefined || after === undefined) return "major";
  if (keeps(2, before, after)) return "patch";
  return isCalendar(before) || isCalendar(after) || keeps(1, before, after) ? "minor" : "major";
}

function allows(policy: UpdatePolicy, counts: "calendar" | "semantic", from: VersionTag, to: VersionTag): boolean {
  if (policy === "auto") return true;
  if (policy === "patch") return keeps(2, from, to);
  return counts === "calendar" || keeps(1, from, to);
}

/** Whether the first numbers are the same. A version with no more numbers than that cannot move within them. */
function keeps(count: number, a: VersionTag, b: VersionTag): boolean {
  return a.numbers.slice(0, count).every((number, index) => number === b.numbers[index]);
}
