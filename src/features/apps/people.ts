import type { PeopleMount, Person } from "../../site/site.ts";

/**
 * The listings of a site's people that a part asks for, a file each: `keys` with a line `NAME ssh-ed25519 AAAA…` for each key,
 * `passwords` with a line `NAME:HASH` for each person who has one. A listing that nobody is in is there, and empty.
 */
export function peopleListings(people: readonly Person[], give: PeopleMount["give"]): Readonly<Record<string, string>> {
  const listings = {
    addresses: addressLines(people),
    names: people.map(({ name, title }) => `${name} ${title}\n`),
    keys: people.flatMap(({ name, keys }) => keys.map((key) => `${name} ${key}\n`)),
    passwords: people.flatMap(({ name, password }) => (password === undefined ? [] : [`${name}:${password}\n`])),
  };
  return Object.fromEntries([...new Set(give)].sort().map((kind) => [kind, listings[kind].join("")]));
}

/** Each address and whose it is. What several people have, such as a group's address, stands for each of them. */
function addressLines(people: readonly Person[]): readonly string[] {
  return people.flatMap(({ name, addresses }) => addresses.map((address) => `${address} ${name}\n`));
}
