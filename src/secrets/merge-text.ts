import { mergeHeads, movable, type Segment, type Segments } from "./segments.ts";

/** What stands open in three versions; of one that cannot be opened there is nothing. */
export type OpenVersions = { readonly base: Segments; readonly ours: Segments; readonly theirs: Segments };

/**
 * The open text of a merge: our order with what they added behind what it stands behind there, and the comments of both. `sides` says
 * for each name whose value stands; it was chosen from the same versions.
 */
export function mergeText(versions: OpenVersions, sides: ReadonlyMap<string, "ours" | "theirs">): string {
  const [base, ours, theirs] = [versions.base, versions.ours, versions.theirs].map(byName);
  const names = orderOf(versions, sides);
  const lines = names.map((name) => {
    const [was, here, there] = [base?.get(name), ours?.get(name), theirs?.get(name)];
    if (here === undefined) return `${movable(there?.head ?? "")}${there?.body ?? ""}`;
    if (there === undefined) return here.head + here.body;
    const isTheirs = sides.get(name) === "theirs" || (was !== undefined && here.body === was.body);
    return mergeHeads(was?.head ?? "", here.head, there.head) + (isTheirs ? there.body : here.body);
  });
  const tail = mergeHeads(versions.base.tail, versions.ours.tail, versions.theirs.tail);
  return lines.map(whole).join("") + tail;
}

/** The names that stand, in order. */
function orderOf({ ours, theirs }: OpenVersions, sides: ReadonlyMap<string, "ours" | "theirs">): readonly string[] {
  const [here, there] = [byName(ours), byName(theirs)];
  const stands = (name: string): boolean => (sides.get(name) === "theirs" ? there.has(name) : here.has(name));
  const names = ours.entries.map(({ name }) => name).filter(stands);
  for (const [index, { name }] of theirs.entries.entries()) {
    if (here.has(name) || !stands(name)) continue;
    const before = theirs.entries.slice(0, index).findLast((entry) => names.includes(entry.name));
    names.splice(before === undefined ? names.length : names.indexOf(before.name) + 1, 0, name);
  }
  return names;
}

function byName({ entries }: Segments): ReadonlyMap<string, Segment> {
  return new Map(entries.map((entry) => [entry.name, entry]));
}

/** A last line may have no end. */
function whole(lines: string): string {
  return lines.endsWith("\n") ? lines : `${lines}\n`;
}
