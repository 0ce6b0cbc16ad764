import type { PeopleMount, Site } from "../../site/site.ts";
import { mailAddresses } from "./mail-addresses.ts";

/**
 * The listings of people that one part is given, by file name: a line for each person's name, key, password or address. A listing
 * that nobody is in is empty rather than absent, so that a program finds it.
 */
export function peopleListings(
  site: Pick<Site, "people" | "domain" | "domains" | "contact">,
  give: PeopleMount["give"],
): Readonly<Record<string, string>> {
  const { people } = site;
  const listings = {
    addresses: mailAddresses(site).map(({ address, to }) => `${address} ${to}\n`),
    names: people.map(({ name, title }) => `${name} ${title}\n`),
    keys: people.flatMap(({ name, keys }) => keys.map((key) => `${name} ${key}\n`)),
    passwords: people.flatMap(({ name, password }) => (password === undefined ? [] : [`${name}:${password}\n`])),
  };
  return Object.fromEntries([...new Set(give)].sort().map((kind) => [kind, listings[kind].join("")]));
}
