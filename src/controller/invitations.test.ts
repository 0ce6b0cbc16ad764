import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { assignSlots } from "../features/addresses.ts";
import { compile } from "../features/compile.ts";
import { samplePart, sampleService, sampleSite } from "../features/sample-site.ts";
import { readApplied, writeApplied } from "../ledger/applied.ts";
import { readPasswords } from "../ledger/passwords.ts";
import { invitationDigest, newInvitationCode } from "../site/invitation-code.ts";
import { createInvitations } from "./invitations.ts";
import { withSetPasswords } from "./set-passwords.ts";

const code = newInvitationCode();
const digest = invitationDigest(code) ?? "";
const people = { path: "/run/people", give: ["passwords"] } as const;
const ada = { name: "ada", title: "Ada", groups: [], keys: [], addresses: [], invitation: { digest, until: 1000 } };
const ben = { name: "ben", title: "Ben", groups: [], keys: [], addresses: [], password: "$argon2id$ben" };
const site = sampleSite([sampleService("calendar", { parts: [samplePart("calendar", { people })] })], {
  people: [ada, ben],
});

let ledger: string;
let now = 999;
const invitations = () => createInvitations({ ledger, site: async () => site, now: () => now });
beforeEach(async () => {
  ledger = join(await mkdtemp(join(tmpdir(), "freehold-invitations-")), "ledger");
  now = 999;
});
afterEach(() => rm(join(ledger, ".."), { recursive: true }));

describe("an invitation", () => {
  test("is found by its code, until its time is over", async () => {
    expect(await invitations().find(code)).toEqual({ name: "ada", title: "Ada", until: 1000 });
    expect(await invitations().find(code.toUpperCase().replaceAll("-", " "))).toBeDefined();
    now = 1000;
    expect(await invitations().find(code)).toBeUndefined();
    expect(await invitations().use(code, "correct horse")).toBe("refused");
  });

  test("is not found by another code, nor by its digest", async () => {
    for (const wrong of [newInvitationCode(), digest, "", "$argon2id$ben"]) {
      expect(await invitations().find(wrong)).toBeUndefined();
      expect(await invitations().use(wrong, "correct horse")).toBe("refused");
    }
    expect(await readPasswords(ledger)).toEqual(new Map());
  });

  test("works once, for the first of those who come at one time", async () => {
    const one = invitations();
    const uses = await Promise.all(["first", "second", "third"].map((password) => one.use(code, password)));
    expect(uses).toEqual(["set", "refused", "refused"]);
    expect(await invitations().find(code)).toBeUndefined();
    expect(await invitations().use(code, "once more")).toBe("refused");
    expect((await readPasswords(ledger)).get("ada")?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test("when used, gives what was applied a password in its listings, and changes nothing else", async () => {
    const applied = { site, desired: compile(site, assignSlots(["calendar"], {}, [])), stopped: false };
    await writeApplied(ledger, applied);
    expect(await withSetPasswords(ledger, applied)).toBe(applied);
    await invitations().use(code, "correct horse");
    const filled = await withSetPasswords(ledger, applied);
    const hash = (await readPasswords(ledger)).get("ada")?.hash ?? "";
    const changed = filled.desired.filter((resource, index) => resource !== applied.desired[index]);
    expect(changed).toMatchObject([
      { id: "file/calendar/calendar/people", content: { entries: { passwords: `ada:${hash}\nben:$argon2id$ben\n` } } },
    ]);
    expect(await readApplied(ledger)).toEqual(filled);
    expect(await withSetPasswords(ledger, filled)).toBe(filled);
  });
});
