import type { Mistake } from "./mistake.ts";
import type { PeopleFile } from "./schema/people.ts";
import type { Person } from "./site.ts";

/** The people, sorted by name, and keys that two of them have. */
export function assemblePeople(file: PeopleFile): { people: Person[]; mistakes: Mistake[] } {
  const holders = new Map<string, string>();
  const mistakes: Mistake[] = [];
  const people = Object.entries(file).map(([name, person]): Person => {
    const { title = name, groups = [], keys = [], password } = person;
    for (const [index, key] of keys.entries()) {
      const holder = holders.get(key);
      if (holder !== undefined)
        mistakes.push({
          code: "PUBLIC_KEY_SHARED",
          path: [name, "keys", index],
          message: `expected a key of one's own, got the key that ${holder === name ? "stands above" : `${holder} has`}`,
          hint: "remove one of the two",
        });
      holders.set(key, name);
    }
    return {
      name,
      title,
      groups: [...new Set(groups)].sort(),
      keys,
      addresses: [],
      ...(password !== undefined && { password }),
    };
  });
  return { people: people.sort((a, b) => (a.name < b.name ? -1 : 1)), mistakes };
}
