import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { realSops } from "../../test/world/sops.ts";
import { exec, execOrFail } from "../lib/exec.ts";
import { newDataKey } from "./data-key.ts";
import { type Identity, identities } from "./identities.ts";
import { type Keeper, openKept, putSecrets, recipientsOf, writeKept } from "./keeper.ts";
import { mergeSecrets } from "./merge.ts";
import { openText } from "./open-text.ts";
import { reseal } from "./reseal.ts";
import { sampleIdentity } from "./sample.ts";
import { withNewKey, withRecipient } from "./seal.ts";

const sops = await realSops();
const why = sops === undefined ? " (skipped: needs go, to build sops)" : "";

let directory = "";
let ada: Identity;
let bob: Identity;
beforeAll(async () => {
  [ada, bob] = await Promise.all([sampleIdentity(), sampleIdentity()]);
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-sops-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const path = (): string => join(directory, "secrets.yaml");
const text = (): Promise<string> => readFile(path(), "utf8");
const sealedOf = async (name: string): Promise<string> =>
  new RegExp(`^${name}: (.*)$`, "m").exec(await text())?.[1] ?? "";

/** Freehold, as somebody who has a key. No machine has a key: nobody may write there. */
function keeper(who: Identity): Keeper {
  return { directory, env: { SOPS_AGE_KEY: who.secret }, root: "/sys/nowhere", now: Date.now() };
}

/** The real sops, as somebody who has a key. */
function asked(who: Identity, ...words: readonly string[]) {
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    SOPS_AGE_KEY: who.secret,
    EDITOR: `sh ${join(directory, "editor")}`,
  };
  return exec([sops ?? "", ...words], { cwd: directory, env });
}

async function must(who: Identity, ...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await asked(who, ...words);
  expect(code, stderr).toBe(0);
  return stdout;
}

const bySops = async (who: Identity): Promise<unknown> =>
  JSON.parse(await must(who, "decrypt", "--output-type", "json", "secrets.yaml"));
const byFreehold = async (who: Identity): Promise<unknown> => Object.fromEntries((await openKept(keeper(who))).values);

const texts = {
  token: "hunter2",
  key: "-----BEGIN-----\na b\n\n  c\n-----END-----\n",
  unicode: "Grüße, 日本, 🔑, \u00a0|\u2028|",
  odd: "# no comment: 'x' \"y\" \\ \t- & * ! % @ `",
  empty: "",
  spaces: "  x  ",
  newlines: "\n\nx\n\n\n",
  number: "0012",
  true: "yes",
  "1e5": "null",
  "2026-11-21": "~",
};

describe.skipIf(sops === undefined)(`beside the real sops${why}`, { timeout: 60_000 }, () => {
  test("what freehold writes, sops reads: any texts under any names", async () => {
    await putSecrets(keeper(ada), new Map(Object.entries(texts)));
    expect(await bySops(ada)).toEqual(texts);
  });

  test("what sops writes, freehold reads, whatever sops takes a value for", async () => {
    const plain = JSON.stringify({ ...texts, int: 12, float: 1.5, large: 1e21, yes: true, no: false });
    await writeFile(path(), plain);
    await must(
      ada,
      "encrypt",
      "--age",
      ada.recipient,
      "--input-type",
      "json",
      "--output-type",
      "yaml",
      "--in-place",
      "secrets.yaml",
    );
    expect(await byFreehold(ada)).toEqual({
      ...texts,
      int: "12",
      float: "1.5",
      large: "1000000000000000000000",
      yes: "true",
      no: "false",
    });
  });

  test("the rule that freehold writes is the one by which sops seals a file anew", async () => {
    await putSecrets(keeper(ada), new Map([["token", "1"]]));
    await writeFile(path(), "token: 2\n");
    await must(ada, "encrypt", "--in-place", "secrets.yaml");
    expect(await byFreehold(ada)).toEqual({ token: "2" });
    expect(recipientsOf((await openKept(keeper(ada))).file)).toEqual([ada.recipient]);
  });

  test("one changes a value, then the other: all other values keep their sealed texts", async () => {
    await putSecrets(keeper(ada), new Map(Object.entries(texts)));
    const [token, key] = [await sealedOf("token"), await sealedOf("key")];
    await must(ada, "set", "secrets.yaml", '["unicode"]', '"by sops"');
    expect(await byFreehold(ada)).toEqual({ ...texts, unicode: "by sops" });
    await putSecrets(keeper(ada), new Map([["odd", "by freehold"]]));
    expect(await bySops(ada)).toEqual({ ...texts, unicode: "by sops", odd: "by freehold" });
    expect([await sealedOf("token"), await sealedOf("key")]).toEqual([token, key]);
  });

  test("edited with either, comments and all, it can be edited with the other", async () => {
    await putSecrets(
      keeper(ada),
      new Map([
        ["token", "1"],
        ["key", "a\nb\n"],
      ]),
    );
    await writeFile(join(directory, "editor"), `sed -i 's/^key:/# two lines\\n&/; $a number: 12 # here' "$1"`);
    await must(ada, "edit", "secrets.yaml");
    expect(await byFreehold(ada)).toEqual({ token: "1", key: "a\nb\n", number: "12" });
    const kept = await openKept(keeper(ada));
    const open = openText(kept.file, kept);
    expect(open).toBe('token: "1"\n# two lines\nkey: |\n  a\n  b\nnumber: 12 # here\n');
    const before = await sealedOf("number");
    const result = reseal(kept.file, kept, open.replace("two", "some").replace("a\n", "c\n"), Date.now());
    await writeKept(keeper(ada), kept, "text" in result ? result.text : "");
    expect(await must(ada, "decrypt", "secrets.yaml")).toBe(
      'token: "1"\n# some lines\nkey: |\n    c\n    b\n# here\nnumber: 12\n', // sops puts it above
    );
    expect(await sealedOf("number")).toBe(before);
  });

  test("a key that one adds opens the file for the other", async () => {
    await putSecrets(keeper(ada), new Map([["token", "1"]]));
    const kept = await openKept(keeper(ada));
    await writeKept(keeper(ada), kept, await withRecipient(kept.file, kept, bob.recipient, Date.now()));
    expect(await bySops(bob)).toEqual({ token: "1" });
    expect(await must(ada, "updatekeys", "--yes", "secrets.yaml")).toBe("");
    expect(await byFreehold(bob)).toEqual({ token: "1" });
    await must(ada, "rotate", "--in-place", "--rm-age", bob.recipient, "secrets.yaml");
    await expect(byFreehold(bob)).rejects.toMatchObject({ problem: { code: "SECRETS_LOCKED" } });
    await must(ada, "rotate", "--in-place", "--add-age", bob.recipient, "secrets.yaml");
    expect(await byFreehold(bob)).toEqual({ token: "1" });
  });

  test("a key that freehold takes away opens nothing for sops, and sops gives no key back by its rule", async () => {
    await putSecrets(keeper(ada), new Map([["token", "1"]]));
    const first = await openKept(keeper(ada));
    await writeKept(keeper(ada), first, await withRecipient(first.file, first, bob.recipient, Date.now()));
    const kept = await openKept(keeper(ada));
    await writeKept(keeper(ada), kept, await withNewKey(kept.file, kept, newDataKey(), [ada.recipient], Date.now()));
    expect((await asked(bob, "decrypt", "secrets.yaml")).code).not.toBe(0);
    await must(ada, "updatekeys", "--yes", "secrets.yaml");
    expect((await asked(bob, "decrypt", "secrets.yaml")).code).not.toBe(0);
    expect(await bySops(ada)).toEqual({ token: "1" });
  });

  test("what freehold merged of a side that it wrote and one that sops wrote, sops reads and changes", async () => {
    await putSecrets(keeper(ada), new Map(Object.entries(texts)));
    const base = await text();
    await must(ada, "set", "secrets.yaml", '["unicode"]', '"by sops"');
    await must(ada, "rotate", "--in-place", "--add-age", bob.recipient, "secrets.yaml");
    const theirs = await text();
    await writeFile(path(), base);
    await putSecrets(keeper(ada), new Map([["odd", "by freehold"]]));
    const options = { identities: await identities(keeper(ada).env, "/sys/nowhere"), now: Date.now() };
    const merged = await mergeSecrets({ base, ours: await text(), theirs }, options);
    await writeFile(path(), merged.text);
    expect(merged.conflicts).toEqual([]);
    expect(await bySops(bob)).toEqual({ ...texts, unicode: "by sops", odd: "by freehold" });
    await must(bob, "set", "secrets.yaml", '["token"]', '"again by sops"');
    expect(await byFreehold(ada)).toMatchObject({ token: "again by sops" });
  });

  test("a digest over what is sealed alone is read and written", async () => {
    await writeFile(path(), "a: 1\nb: x\nc:\n".replace("c:\n", 'c: ""\n'));
    await must(ada, "encrypt", "--age", ada.recipient, "--mac-only-encrypted", "--in-place", "secrets.yaml");
    expect(await byFreehold(ada)).toEqual({ a: "1", b: "x", c: "" });
    await putSecrets(keeper(ada), new Map([["b", "y"]]));
    expect(await bySops(ada)).toEqual({ a: 1, b: "y", c: "" });
  });

  test.each<[what: string, change: (text: string) => string]>([
    ["values of each other's names", (it) => it.replace(/^a: (.*)\nb: (.*)$/m, "a: $2\nb: $1")],
    [
      "a value changed by a letter",
      (it) => it.replace(/data:(.)/, (_, letter: string) => `data:${letter === "A" ? "B" : "A"}`),
    ],
    ["a value taken away", (it) => it.replace(/^a: .*\n/m, "")],
    ["a value put in twice under another name", (it) => it.replace(/^a: (.*)$/m, "a: $1\nc: $1")],
    ["another order", (it) => it.replace(/^(a: .*\n)(b: .*\n)/m, "$2$1")],
    ["an open value", (it) => it.replace(/^a: .*$/m, "a: mine")],
    ["another time", (it) => it.replace(/lastmodified: "20/, 'lastmodified: "21')],
  ])("by hand, %s: refused by both", async (_what, change) => {
    await putSecrets(
      keeper(ada),
      new Map([
        ["a", "x"],
        ["b", "y"],
      ]),
    );
    const changed = change(await text());
    expect(changed).not.toBe(await text());
    await writeFile(path(), changed);
    expect((await asked(ada, "decrypt", "secrets.yaml")).code).not.toBe(0);
    await expect(byFreehold(ada)).rejects.toMatchObject({ problem: { code: expect.stringMatching(/^SECRETS?_/) } });
  });

  test("the key file that freehold makes is one that sops reads", async () => {
    await putSecrets({ ...keeper(ada), env: {}, root: directory }, new Map([["token", "1"]]));
    const env = { PATH: process.env.PATH, HOME: directory, SOPS_AGE_KEY_FILE: join(directory, "keys/age.txt") };
    const out = await execOrFail([sops ?? "", "decrypt", "--extract", '["token"]', "secrets.yaml"], {
      cwd: directory,
      env,
    });
    expect(out).toBe("1");
  });
});
