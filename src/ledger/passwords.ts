import { rm } from "node:fs/promises";
import { join } from "node:path";
import { at, parseJson, textAt } from "../lib/json.ts";
import { fail } from "../lib/problem.ts";
import type { Site } from "../site/site.ts";
import { markOf, readStored, writeStored } from "./stored.ts";

/** A password that somebody set by an invitation. */
export type SetPassword = {
  /** Of the invitation that it was set by: it is used up. */
  readonly digest: string;
  /** `$argon2id$…`. */
  readonly hash: string;
};

/** The passwords that people set themselves, by name. They are on this machine only, never in the site's files. */
export type SetPasswords = ReadonlyMap<string, SetPassword>;

/**
 * The passwords that people set by their invitations. Problem: `LEDGER_UNREADABLE` when the file is damaged or only root may read it:
 * taken for none, it would lock everybody out.
 */
export async function readPasswords(ledger: string): Promise<SetPasswords> {
  const path = pathIn(ledger);
  const text = await readStored(path);
  if (text === undefined) return new Map();
  const stored = at(parseJson(text), "passwords");
  const entries: [string, unknown][] = Object.entries(typeof stored === "object" && stored !== null ? stored : {});
  const set = entries.map(
    ([name, one]) => [name, { digest: textAt(one, "digest"), hash: textAt(one, "hash") }] as const,
  );
  if (typeof stored === "object" && stored !== null && set.every(([, { hash }]) => hash.startsWith("$argon2id$")))
    return new Map(set);
  return fail(
    "LEDGER_UNREADABLE",
    `expected the passwords that people set in ${path}, got a file that is cut or was edited`,
    {
      hint: `mv ${path} ${path}.unread, then freehold up: those that work now go on working`,
    },
  );
}

/** Stores them: at once and whole, for root alone. Problem: `LEDGER_UNWRITABLE`. */
export async function writePasswords(ledger: string, passwords: SetPasswords): Promise<void> {
  await writeStored(pathIn(ledger), `${JSON.stringify({ passwords: Object.fromEntries(passwords) })}\n`);
}

/** Forgets all of them. */
export async function forgetPasswords(ledger: string): Promise<void> {
  await rm(pathIn(ledger), { force: true });
}

/** A word that changes whenever one was stored; cheap enough to ask each second. */
export function passwordsMark(ledger: string): Promise<string | undefined> {
  return markOf(pathIn(ledger));
}

/**
 * The site with the passwords of those who have an invitation: what they set by it; else what they had until now (`before`, the site as
 * last applied), since a new invitation takes nothing away before it is used.
 */
export function withPasswords(site: Site, set: SetPasswords, before: Site | undefined): Site {
  const held = new Map(before?.people.map(({ name, password }) => [name, password]));
  const people = site.people.map((person) => {
    const { name, invitation } = person;
    if (invitation === undefined) return person;
    const own = set.get(name);
    const password = own?.digest === invitation.digest ? own.hash : held.get(name);
    return password === undefined || password === person.password ? person : { ...person, password };
  });
  return people.every((person, index) => person === site.people[index]) ? site : { ...site, people };
}

/** Those of the stored passwords that still mean something: of people who have an invitation. */
export function neededPasswords(set: SetPasswords, { people }: Site): SetPasswords {
  const invited = new Set(people.flatMap(({ name, invitation }) => (invitation === undefined ? [] : [name])));
  return new Map([...set].filter(([name]) => invited.has(name)));
}

function pathIn(ledger: string): string {
  return join(ledger, "passwords.json");
}
