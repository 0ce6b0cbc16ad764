import { createPublicKey, createSign, createVerify } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Keeper, openKept, putSecrets } from "../secrets/keeper.ts";
import { furnish } from "./entry-secrets.ts";

const entry = [
  "image: freehold/git",
  "secrets: {ADMIN: mail-admin, /run/secrets/dkim: mail-dkim}",
  "records:",
  '  - "@ TXT v=spf1 mx -all"',
  "  - mail._domainkey TXT v=DKIM1; k=rsa; p=<public half of mail-dkim>",
  "",
].join("\n");

let directory: string;
let keeper: Keeper;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-entry-"));
  keeper = { directory, env: {}, root: join(directory, "root"), now: Date.UTC(2026, 10, 21) };
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const values = async () => (await openKept(keeper)).values;
const publicKeyIn = (text: string) =>
  createPublicKey({
    key: Buffer.from(/ p=([A-Za-z0-9+/=]+)$/m.exec(text)?.[1] ?? "", "base64"),
    format: "der",
    type: "spki",
  });

describe("what an entry asks for", () => {
  test("is made: a password, and a key whose public half stands in the record", async () => {
    const { text, made, founders } = await furnish(entry, keeper);
    expect(made).toEqual(["mail-admin", "mail-dkim"]);
    expect(founders.length).toBeGreaterThan(0);
    const all = await values();
    expect(all.get("mail-admin")).toMatch(/^[A-Za-z0-9]{24}$/);
    const signature = createSign("sha256")
      .update("hello")
      .sign(all.get("mail-dkim") ?? "");
    expect(createVerify("sha256").update("hello").verify(publicKeyIn(text), signature)).toBe(true);
    expect(publicKeyIn(text).asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(text.replace(/ p=.*/, "")).toBe(entry.replace(/ p=.*/, ""));
  });

  test("is kept when the site has it: the same key gives the same record, and nothing is written", async () => {
    const first = await furnish(entry, keeper);
    const before = await readFile(join(directory, "secrets.yaml"), "utf8");
    const second = await furnish(entry, keeper);
    expect(second).toEqual({ text: first.text, made: [], founders: [] });
    expect(await readFile(join(directory, "secrets.yaml"), "utf8")).toBe(before);
  });

  test("is made beside what is there", async () => {
    await putSecrets(keeper, new Map([["mail-admin", "my own"]]));
    expect((await furnish(entry, keeper)).made).toEqual(["mail-dkim"]);
    expect((await values()).get("mail-admin")).toBe("my own");
  });

  test("cannot be a key when the secret of that name is something else, which is not repeated", async () => {
    await putSecrets(keeper, new Map([["mail-dkim", "hunter2"]]));
    const failed = await furnish(entry, keeper).catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ problem: { code: "SECRET_NO_KEY" } });
    expect(JSON.stringify(failed)).not.toContain("hunter2");
    expect([...(await values()).keys()]).toEqual(["mail-dkim"]);
  });

  test("is nothing for most: then no secrets.yaml is made, nor a key", async () => {
    const text = "image: freehold/git\n";
    expect(await furnish(text, keeper)).toEqual({ text, made: [], founders: [] });
    await expect(readFile(join(directory, "secrets.yaml"))).rejects.toThrow();
    await expect(readFile(join(directory, "root/keys/age.txt"))).rejects.toThrow();
  });

  test("is refused when secrets.yaml is broken, before anything is made", async () => {
    await writeFile(join(directory, "secrets.yaml"), "a: open\n");
    await expect(furnish(entry, keeper)).rejects.toMatchObject({ problem: { kind: "user" } });
    expect(await readFile(join(directory, "secrets.yaml"), "utf8")).toBe("a: open\n");
  });
});
