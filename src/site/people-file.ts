import type { Mistake } from "./mistake.ts";
import { addressesOf, addressMistakes } from "./people-addresses.ts";
import type { PeopleFile } from "./schema/people.ts";
import type { Person } from "./site.ts";

/**
 * The people, sorted by name, and what contradicts itself among them: keys and addresses that two of them have, addresses outside
 * `domains` (the site's, its own first; none when site.yaml is broken), and people with both a password and an invitation.
 */
export function assemblePeople(
  file: PeopleFile,
  domains: readonly string[],
): { people: Person[]; mistakes: Mistake[] } {
  const addresses = addressesOf(file, domains);
  const people = Object.entries(file).map(([name, person]): Person => {
    const { title = name, groups = [], keys = [], password, invitation } = person;
    return {
      name,
      title,
      groups: [...new Set(groups)].sort(),
      keys,
      addresses: addresses.get(name) ?? [],
      ...(password !== undefined && { password }),
      ...(invitation !== undefined && { invitation }),
    };
  });
  return {
    people: people.sort((a, b) => (a.name < b.name ? -1 : 1)),
    mistakes: [...keyMistakes(file), ...addressMistakes(file, addresses, domains), ...doubleEntries(file)],
  };
}

function keyMistakes(file: PeopleFile): Mistake[] {
  const holders = new Map<string, string>();
  return Object.entries(file).flatMap(([name, { keys = [] }]) =>
    keys.flatMap((key, index): Mistake[] => {
      const holder = holders.get(key);
      holders.set(key, name);
      if (holder === undefined) return [];
      const message = `expected a key of one's own, got the key that ${holder === name ? "stands above" : `${holder} has`}`;
      return [{ code: "PUBLIC_KEY_SHARED", path: [name, "keys", index], message, hint: "remove one of the two" }];
    }),
  );
}

/** Whoever has a password must not be able to set another one by an old code. */
function doubleEntries(file: PeopleFile): Mistake[] {
  return Object.entries(file).flatMap(([name, { password, invitation }]): Mistake[] =>
    password === undefined || invitation === undefined
      ? []
      : [
          {
            code: "PASSWORD_AND_INVITATION",
            path: [name, "invitation"],
            at: "key",
            secret: true,
            message: "expected a password or an invitation, got both",
            hint: `remove invitation, or password and with it the way that ${name} logs in now`,
          },
        ],
  );
}
