import { expect, test } from "vitest";
import type { Person } from "../../site/site.ts";
import { mailAddresses } from "./mail-addresses.ts";

const person = (name: string, groups: readonly string[], addresses: readonly string[]): Person => ({
  name,
  title: name,
  groups,
  keys: [],
  addresses,
});

function lines(people: readonly Person[], rest: { contact?: string; domains?: readonly string[] } = {}): string[] {
  const site = { people, domain: "example.org", domains: [], ...rest };
  return mailAddresses(site).map(({ address, to }) => `${address} ${to}`);
}

const ada = person("ada", ["family"], ["ada@example.org", "lovelace@example.org"]);
const ben = person("ben", ["family", "admins"], ["ben@example.org"]);
const keepers = (all: readonly string[]) => all.filter((line) => line.startsWith("postmaster@"));

test("people come first, groups go to each member, and the roles to whoever keeps the site", () => {
  expect(lines([ada, ben])).toEqual([
    "ada@example.org ada",
    "lovelace@example.org ada",
    "ben@example.org ben",
    "admins@example.org ben",
    "family@example.org ada",
    "family@example.org ben",
    "abuse@example.org ben",
    "hostmaster@example.org ben",
    "postmaster@example.org ben",
  ]);
});

test("a person's own address is nobody else's, whatever a group or a role is called", () => {
  const all = lines([person("ada", ["ben"], ["postmaster@example.org"]), person("ben", [], ["ben@example.org"])]);
  expect(all.filter((line) => /^(ben|postmaster)@/.test(line))).toEqual([
    "postmaster@example.org ada",
    "ben@example.org ben",
  ]);
});

test("the site is kept by who has its contact address, else by the admins, else by the first", () => {
  expect(keepers(lines([ada, ben], { contact: "Lovelace@example.org" }))).toEqual(["postmaster@example.org ada"]);
  expect(keepers(lines([ada, ben], { contact: "family@example.org" }))).toHaveLength(2);
  expect(keepers(lines([ada, ben], { contact: "ada@elsewhere.net" }))).toEqual(["postmaster@example.org ben"]);
  expect(keepers(lines([ada]))).toEqual(["postmaster@example.org ada"]);
});

test("every domain has the addresses that it must have, and a site of nobody has none", () => {
  expect(keepers(lines([ada], { domains: ["example.net"] }))).toEqual([
    "postmaster@example.org ada",
    "postmaster@example.net ada",
  ]);
  expect(lines([])).toEqual([]);
});
