/** What a side did to a secret since the version from which both came. */
export type Deed = "added" | "changed" | "removed";

/** A secret that two sides changed, and not to the same. */
export type Conflict = { readonly name: string; readonly ours: Deed; readonly theirs: Deed };

/** By name; the value of a version that cannot be opened is undefined. */
export type VersionValues = ReadonlyMap<string, string | undefined>;

/** For each name the side whose value, or whose having none, stands. In a conflict that is ours. */
export type Choices = {
  readonly sides: ReadonlyMap<string, "ours" | "theirs">;
  readonly conflicts: readonly Conflict[];
};

/** Merges two versions name by name. What a side did not touch since `base` follows the other. */
export function chooseSides(base: VersionValues, ours: VersionValues, theirs: VersionValues): Choices {
  const conflicts: Conflict[] = [];
  const names = new Set([...base.keys(), ...ours.keys(), ...theirs.keys()]);
  const sides = [...names].map((name) => {
    const [here, there] = [deed(base, ours, name), deed(base, theirs, name)];
    if (there === undefined || isSame(ours, theirs, name)) return [name, "ours"] as const;
    if (here === undefined) return [name, "theirs"] as const;
    conflicts.push({ name, ours: here, theirs: there });
    return [name, "ours"] as const;
  });
  return { sides: new Map(sides), conflicts };
}

function deed(base: VersionValues, side: VersionValues, name: string): Deed | undefined {
  if (isSame(base, side, name)) return undefined;
  if (!side.has(name)) return "removed";
  return base.has(name) ? "changed" : "added";
}

function isSame(one: VersionValues, other: VersionValues, name: string): boolean {
  return one.has(name) === other.has(name) && one.get(name) === other.get(name);
}
