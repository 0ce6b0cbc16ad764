import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { exec } from "../lib/exec.ts";
import { addSigner, findSigner, readSignerList, removeSigner } from "./signer-list.ts";
import { makeWorkshop, type SigningKey, type Workshop } from "./workshop.ts";

// Real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let shop: Workshop;
let ada: SigningKey;
let bob: SigningKey;
let grace: SigningKey;
let lists = 0;

beforeAll(async () => {
  shop = await makeWorkshop();
  ada = await shop.sshKey("ada");
  bob = await shop.sshKey("bob");
  grace = await shop.openPgpKey("grace");
});
afterAll(() => shop.end());

function newList(): string {
  lists += 1;
  return join(shop.directory, `trust-${lists}`);
}

const names = async (list: string) => (await readSignerList(list)).map(({ name }) => name);

describe("the machine's list", () => {
  test("is empty at first, and keeps keys of both kinds in their order, for root alone", async () => {
    const list = newList();
    expect(await readSignerList(list)).toEqual([]);
    expect(await addSigner(list, { ...ada, name: "Ada, of the attic" })).toBe("new");
    expect(await addSigner(list, grace)).toBe("new");
    expect(await readSignerList(list)).toMatchObject([
      { name: "Ada, of the attic", key: ada.key, by: "ssh", text: ada.text },
      { name: "grace <grace@example.org>", key: grace.key, by: "openpgp", text: grace.text },
    ]);
    expect((await stat(join(list, "signers"))).mode & 0o777).toBe(0o600);
    expect((await stat(list)).mode & 0o777).toBe(0o700);
  });

  test("is what ssh-keygen itself reads", async () => {
    const list = newList();
    await addSigner(list, { ...ada, name: "Ada, of the attic" });
    const message = join(shop.directory, "message");
    await writeFile(message, "hello");
    await exec(["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", join(shop.directory, "ada.key"), message]);
    const found = await exec([
      "ssh-keygen",
      "-Y",
      "find-principals",
      "-f",
      join(list, "signers"),
      "-s",
      `${message}.sig`,
    ]);
    expect(found).toMatchObject({ code: 0, stdout: "Ada_of_the_attic\n" });
  });

  test("may be written by hand, as for git", async () => {
    const list = newList();
    await mkdir(list);
    await writeFile(
      join(list, "signers"),
      `# ours\n\nada@example.org ${ada.text}\nb,o* namespaces="git" ${bob.text} bob\n`,
    );
    expect(await names(list)).toEqual(["ada@example.org", "bob"]);
  });

  test.each([
    'ada namespaces="file" ssh-ed25519 AAAA',
    "ada cert-authority ssh-ed25519 AAAA",
    'ada valid-before="20200101" ssh-ed25519 AAAA',
    "ada",
    "#openpgp 0123456789ABCDEF0123456789ABCDEF01234567 x",
  ])("lets no line pass that it cannot follow to the letter: %s", async (line) => {
    const list = newList();
    await mkdir(list);
    await writeFile(join(list, "signers"), `${line.replace("AAAA", ada.text.split(" ")[1] ?? "")}\n`);
    await expect(readSignerList(list)).rejects.toMatchObject({ problem: { code: "SIGNERS_UNREADABLE" } });
  });

  test("takes a key once, with the newest name", async () => {
    const list = newList();
    await addSigner(list, ada);
    expect(await addSigner(list, { ...ada, name: "lovelace" })).toBe("known");
    expect(await names(list)).toEqual(["lovelace"]);
  });

  test("loses who is taken off, and nothing else", async () => {
    const list = newList();
    for (const key of [ada, grace, bob]) await addSigner(list, key);
    await removeSigner(list, grace);
    expect(await names(list)).toEqual(["ada", "bob"]);
    expect(await readdir(join(list, "keyring"))).toEqual([]);
  });

  test("finds somebody by name, by fingerprint and by its beginning, and never one of two", async () => {
    const keys = [ada, bob, { ...grace, name: "bob" }];
    expect(findSigner(keys, "ada")).toBe(ada);
    expect(findSigner(keys, bob.key)).toBe(bob);
    expect(findSigner(keys, bob.key.slice(0, 15))).toBe(bob);
    expect(findSigner(keys, grace.key.slice(0, 16)).key).toBe(grace.key);
    expect(() => findSigner(keys, "bob")).toThrow("means 2");
    expect(() => findSigner(keys, "SHA256:")).toThrow("got");
    expect(() => findSigner(keys, "eve")).toThrow("eve");
  });
});
