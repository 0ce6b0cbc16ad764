import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleSite } from "../features/sample-site.ts";
import type { Person } from "../site/site.ts";
import {
  forgetPasswords,
  neededPasswords,
  passwordsMark,
  readPasswords,
  withPasswords,
  writePasswords,
} from "./passwords.ts";

const nobody: Person = { name: "ada", title: "ada", groups: [], keys: [], addresses: [] };
const invited: Person = { ...nobody, invitation: { digest: "d1", until: 0 } };
const set = new Map([["ada", { digest: "d1", hash: "$argon2id$own" }]]);
const passwordOf = (person: Person, stored = set, before?: Person) =>
  withPasswords(sampleSite([], { people: [person] }), stored, before && sampleSite([], { people: [before] })).people[0]
    ?.password;

describe("passwords that people set", () => {
  let ledger: string;
  beforeEach(async () => {
    ledger = join(await mkdtemp(join(tmpdir(), "freehold-passwords-")), "ledger");
  });
  afterEach(() => rm(join(ledger, ".."), { recursive: true }));

  test("are none at first, are kept for root alone, and change the mark", async () => {
    expect(await readPasswords(ledger)).toEqual(new Map());
    expect(await passwordsMark(ledger)).toBeUndefined();
    await writePasswords(ledger, set);
    expect(await readPasswords(ledger)).toEqual(set);
    expect((await stat(join(ledger, "passwords.json"))).mode & 0o777).toBe(0o600);
    const mark = await passwordsMark(ledger);
    await writePasswords(ledger, set);
    expect(await passwordsMark(ledger)).not.toBe(mark);
    await forgetPasswords(ledger);
    await forgetPasswords(ledger);
    expect(await readPasswords(ledger)).toEqual(new Map());
  });

  test.each([
    "",
    "{",
    "{}",
    '{"passwords":null}',
    '{"passwords":{"ada":{"digest":"d1","hash":""}}}',
    '{"passwords":{"ada":1}}',
  ])("a damaged file (%j) is never taken for none", async (text) => {
    await mkdir(ledger, { recursive: true });
    await writeFile(join(ledger, "passwords.json"), text);
    await expect(readPasswords(ledger)).rejects.toThrow("a file that is cut or was edited");
  });
});

describe("a person with an invitation", () => {
  test("has the password that was set by it, rather than the one before", () => {
    expect(passwordOf(invited, set, { ...nobody, password: "$argon2id$old" })).toBe("$argon2id$own");
  });

  test("keeps the password that worked until now while it is not used", () => {
    const other = new Map([["ada", { digest: "d0", hash: "$argon2id$of-an-older-one" }]]);
    expect(passwordOf(invited, other, { ...nobody, password: "$argon2id$old" })).toBe("$argon2id$old");
    expect(passwordOf(invited, new Map(), nobody)).toBeUndefined();
  });

  test("who was away meanwhile does not get an old password back", () => {
    const older = new Map([["ada", { digest: "d0", hash: "$argon2id$of-an-older-one" }]]);
    expect(passwordOf(invited, older)).toBeUndefined();
  });

  test("is the only one whom this concerns: passwd and taking the invitation away win", () => {
    expect(passwordOf({ ...nobody, password: "$argon2id$file" }, set)).toBe("$argon2id$file");
    expect(passwordOf(nobody, set, { ...nobody, password: "$argon2id$old" })).toBeUndefined();
    expect(neededPasswords(set, sampleSite([], { people: [nobody] }))).toEqual(new Map());
    expect(neededPasswords(set, sampleSite([], { people: [invited] }))).toEqual(set);
  });

  test("changes nothing about a site that has it already", () => {
    const site = sampleSite([], { people: [{ ...invited, password: "$argon2id$own" }, nobody] });
    expect(withPasswords(site, set, site)).toBe(site);
  });
});
