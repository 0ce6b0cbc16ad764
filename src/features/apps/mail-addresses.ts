import type { Site } from "../../site/site.ts";

/** Who reads mail to an address: `to` is a person's name. */
export type MailAddress = { readonly address: string; readonly to: string };

/** Addresses that every domain must have (RFC 2142, sections 4 and 5; postmaster: RFC 5321, section 4.5.1). */
const roles = ["abuse", "hostmaster", "postmaster"] as const;

/**
 * Every mail address of a site and whose it is, a line for each reader: people's own in their order, then `GROUP@DOMAIN` for each
 * member, then the addresses that every domain must have, which go to whoever keeps the site. What stands earlier wins: a group
 * has no address that a person has, and nobody loses `abuse@` to the roles.
 */
export function mailAddresses(site: Pick<Site, "people" | "domain" | "domains" | "contact">): readonly MailAddress[] {
  const own = site.people.flatMap(({ name, addresses }) => addresses.map((address) => ({ address, to: name })));
  const ofPeople = without(own, groupAddresses(site));
  return without(ofPeople, roleAddresses(site, ofPeople));
}

function without(held: readonly MailAddress[], more: readonly MailAddress[]): readonly MailAddress[] {
  const taken = new Set(held.map(({ address }) => address));
  return [...held, ...more.filter(({ address }) => !taken.has(address))];
}

function groupAddresses({ people, domain }: Pick<Site, "people" | "domain">): readonly MailAddress[] {
  const groups = [...new Set(people.flatMap(({ groups }) => groups))].sort();
  return groups.flatMap((group) => membersOf(people, group).map((to) => ({ address: `${group}@${domain}`, to })));
}

function membersOf(people: Site["people"], group: string): readonly string[] {
  return people.filter(({ groups }) => groups.includes(group)).map(({ name }) => name);
}

/** To whoever has the site's contact address; else to the group `admins`; else to the first person. */
function roleAddresses(
  { people, domain, domains, contact }: Pick<Site, "people" | "domain" | "domains" | "contact">,
  held: readonly MailAddress[],
): readonly MailAddress[] {
  const named = held.filter(({ address }) => address === contact?.toLowerCase()).map(({ to }) => to);
  const choices = [named, membersOf(people, "admins"), people.slice(0, 1).map(({ name }) => name)];
  const keepers = choices.find((names) => names.length > 0) ?? [];
  return [domain, ...domains].flatMap((at) =>
    roles.flatMap((role) => keepers.map((to) => ({ address: `${role}@${at}`, to }))),
  );
}
