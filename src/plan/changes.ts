import type { Resource } from "../resource/resource.ts";
import { traits } from "../resource/traits.ts";
import type { Change } from "./step.ts";
import { isSecret, short, words } from "./words.ts";

/** Members that are the same by nature, or whose difference changes nothing. */
const passedOver: ReadonlySet<string> = new Set(["id", "kind", "service", "needs"]);

/**
 * The differences between what is and what is wanted, as a person may read them: sorted by path, values short. Contents and
 * secrets are named, never shown.
 */
export function changes(from: Resource, to: Resource): readonly Change[] {
  const { concealed } = traits[to.kind];
  const before = flat(from);
  const after = flat(to);
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const old = before.get(path);
    const now = after.get(path);
    if (old === now) return [];
    if (concealed.some((member) => path.startsWith(member)) || path.endsWith(".digest")) return [named(path, old, now)];
    if (isSecret(path, old ?? "") || isSecret(path, now ?? "")) return [named(path, old, now)];
    return [
      { path, ...(old === undefined ? {} : { from: short(old) }), ...(now === undefined ? {} : { to: short(now) }) },
    ];
  });
}

/** A difference whose values are not for showing: only that it came or went is told. */
function named(path: string, old: string | undefined, now: string | undefined): Change {
  if (old === undefined) return { path, to: "new" };
  return now === undefined ? { path, from: "gone" } : { path };
}

/** Every leaf by its path. A list of plain values is one leaf; a list of things is keyed by what each is about. */
function flat(resource: Resource): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  const visit = (path: string, value: unknown): void => {
    if (Array.isArray(value) && !value.every(isPlain)) {
      value.forEach((item: unknown, index) => {
        visit(`${path}.${keyOf(item) ?? index}`, item);
      });
    } else if (Array.isArray(value) || isPlain(value)) {
      if (value !== undefined && !(Array.isArray(value) && value.length === 0)) leaves.set(path, words(path, value));
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) visit(path === "" ? key : `${path}.${key}`, inner);
    }
  };
  for (const [key, value] of Object.entries(resource)) if (!passedOver.has(key)) visit(key, value);
  return leaves;
}

function keyOf(item: unknown): string | undefined {
  return typeof item === "object" && item !== null && "target" in item ? String(item.target) : undefined;
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}
