import { nearest } from "../lib/text.ts";
import type { Mistake } from "./mistake.ts";
import type { PeopleFile } from "./schema/people.ts";

/** The addresses of each person by name. `domains` are the site's, its own first; none when site.yaml is broken. */
export function addressesOf(file: PeopleFile, domains: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const [own] = domains;
  return new Map(
    Object.entries(file).map(([name, { mail }]) => [name, mail ?? (own === undefined ? [] : [`${name}@${own}`])]),
  );
}

/** Addresses outside the site's domains, of two people, or of a person and a group (which is a warning: the person has it). */
export function addressMistakes(
  file: PeopleFile,
  addresses: ReadonlyMap<string, readonly string[]>,
  domains: readonly string[],
): Mistake[] {
  return [
    ...Object.entries(file).flatMap(([name, { mail = [] }]) => foreign(name, mail, domains)),
    ...shared(file, addresses),
    ...groupsWithout(file, addresses, domains[0]),
  ];
}

function foreign(name: string, mail: readonly string[], domains: readonly string[]): Mistake[] {
  if (domains.length === 0) return [];
  return mail.flatMap((address, index): Mistake[] => {
    const [before = "", domain = ""] = address.split("@");
    if (domains.includes(domain)) return [];
    const near = nearest(domain, domains) ?? domains[0];
    return [
      {
        code: "MAIL_FOREIGN",
        path: [name, "mail", index],
        message: `expected an address at ${domains.join(" or ")}, got "${address}"`,
        hint: `write ${before}@${near}, or add ${domain} to domains in site.yaml`,
      },
    ];
  });
}

function shared(file: PeopleFile, addresses: ReadonlyMap<string, readonly string[]>): Mistake[] {
  const holders = new Map<string, string>();
  for (const [name, { mail }] of Object.entries(file))
    if (mail === undefined) for (const address of addresses.get(name) ?? []) holders.set(address, name);
  return Object.entries(file).flatMap(([name, { mail = [] }]) =>
    mail.flatMap((address, index): Mistake[] => {
      const holder = holders.get(address);
      holders.set(address, name);
      if (holder === undefined) return [];
      const whose = holder === name ? "stands above" : `${holder} has`;
      const message = `expected an address of one's own, got ${address}, which ${whose}`;
      return [{ code: "MAIL_SHARED", path: [name, "mail", index], message, hint: "remove one of the two" }];
    }),
  );
}

function groupsWithout(
  file: PeopleFile,
  addresses: ReadonlyMap<string, readonly string[]>,
  domain: string | undefined,
): Mistake[] {
  const holders = new Map([...addresses].flatMap(([name, each]) => each.map((address) => [address, name] as const)));
  const said = new Set<string>();
  return Object.entries(file).flatMap(([name, { groups = [] }]) =>
    groups.flatMap((group, index): Mistake[] => {
      const holder = holders.get(`${group}@${domain}`);
      if (holder === undefined || said.has(group)) return [];
      said.add(group);
      return [
        {
          code: "MAIL_GROUP",
          severity: "warning",
          path: [name, "groups", index],
          message: `expected an address of its own for the group ${group}, got ${group}@${domain}, which ${holder} has`,
          hint: `rename the group, or give ${holder} another address with mail`,
        },
      ];
    }),
  );
}
