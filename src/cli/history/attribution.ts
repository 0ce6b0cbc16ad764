import type { Setting } from "../../site/settings.ts";
import type { Version } from "./versions.ts";

/** One change of a setting; without `from` it came, without `to` it went. */
export type SettingChange = { readonly commit: string; readonly from?: string; readonly to?: string };

type Settings = ReadonlyMap<string, Setting>;

/**
 * Which commit gave each setting of the newest version the value that it has: what `git blame` tells of lines, told of values, so that a
 * file that was only laid out anew has nobody new in it. In a merge what either side had is that side's. `versions` come newest first,
 * each before its parents.
 */
export function attributed(versions: readonly Version[]): ReadonlyMap<string, string> {
  const known = readable(versions);
  const [newest] = versions;
  const found = new Map<string, string>();
  if (newest === undefined) return found;
  const open = new Map<string, Set<string>>([[newest.commit, new Set(known.get(newest.commit)?.keys())]]);
  for (const { commit, parents } of versions) {
    const own = known.get(commit);
    for (const path of open.get(commit) ?? []) {
      const value = own?.get(path)?.value;
      const heir = parents.find((parent) => known.get(parent)?.get(path)?.value === value);
      if (heir === undefined) found.set(path, commit);
      else open.set(heir, (open.get(heir) ?? new Set()).add(path));
    }
  }
  return found;
}

/** The changes of one setting, newest first; of a merge only what is in none of its sides. */
export function changesOf(versions: readonly Version[], path: string): readonly SettingChange[] {
  const known = readable(versions);
  return versions.flatMap(({ commit, parents }): SettingChange[] => {
    const to = known.get(commit)?.get(path)?.value;
    const before = parents.map((parent) => known.get(parent)?.get(path)?.value);
    if (before.length === 0 ? to === undefined : before.includes(to)) return [];
    const [from] = before;
    return [{ commit, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
  });
}

/** The settings of each version; a version that nobody can read counts as the one before it, so that who mends it answers for it. */
function readable(versions: readonly Version[]): ReadonlyMap<string, Settings> {
  const known = new Map<string, Settings>();
  for (const { commit, parents, settings } of versions.toReversed()) {
    const [parent = ""] = parents;
    known.set(commit, settings ?? known.get(parent) ?? new Map());
  }
  return known;
}
