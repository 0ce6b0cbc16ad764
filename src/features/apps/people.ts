import type { PeopleMount, Person } from "../../site/site.ts";

/**
 * The listings of a site's people that a part asks for, a file each: `keys` with a line `NAME ssh-ed25519 AAAA…` for each key,
 * `passwords` with a line `NAME:HASH` for each person who has one. A listing that nobody is in is there, and empty.
 */
export function peopleListings(people: readonly Person[], give: PeopleMount["give"]): Readonly<Record<string, string>> {
  const listings = {
    keys: people.flatMap(({ name, keys }) => keys.map((key) => `${name} ${key}\n`)),
    passwords: people.flatMap(({ name, password }) => (password === undefined ? [] : [`${name}:${password}\n`])),
  };
  return Object.fromEntries([...new Set(give)].sort().map((kind) => [kind, listings[kind].join("")]));
}
