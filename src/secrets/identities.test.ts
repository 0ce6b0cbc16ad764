import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { identities } from "./identities.ts";
import { machineIdentity } from "./machine-identity.ts";
import { sampleIdentity } from "./sample.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-keys-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("the machine's key", () => {
  test("is made when it is first needed, for root alone, and stays", async () => {
    const root = join(directory, "root");
    const first = await machineIdentity(root);
    expect(first).toMatchObject({ path: join(root, "keys/age.txt"), made: true });
    expect((await stat(first.path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, "keys"))).mode & 0o777).toBe(0o700);
    const text = await readFile(first.path, "utf8");
    expect(text).toMatch(/^# created: .*Z\n# public key: age1[a-z0-9]+\nAGE-SECRET-KEY-1[A-Z0-9]+\n$/);
    expect(await machineIdentity(root)).toEqual({ ...first, made: false });
    expect(await readFile(first.path, "utf8")).toBe(text);
  });

  test("made by several at once is one key, and leaves no other file", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => machineIdentity(directory)));
    expect(new Set(all.map(({ recipient }) => recipient)).size).toBe(1);
    expect(all.filter(({ made }) => made)).toHaveLength(1);
    expect(await readdir(join(directory, "keys"))).toEqual(["age.txt"]);
  });

  test("a file without a key is never overwritten, and its words are not repeated", async () => {
    await mkdir(join(directory, "keys"));
    const { secret } = await sampleIdentity();
    const broken = `${secret.slice(0, -1)}${secret.endsWith("Q") ? "P" : "Q"}`;
    await writeFile(join(directory, "keys/age.txt"), `${broken}\n`);
    const thrown: unknown = await machineIdentity(directory).catch((it: unknown) => it);
    expect(thrown).toMatchObject({ problem: { code: "KEY_FILE" } });
    expect(JSON.stringify(thrown) + String(thrown instanceof Error ? thrown.stack : "")).not.toContain(
      broken.slice(0, 30),
    );
    expect(await readFile(join(directory, "keys/age.txt"), "utf8")).toBe(`${broken}\n`);
  });
});

describe("the keys that are here", () => {
  test("are the machine's and those that sops finds", async () => {
    const [a, b, c, d] = await Promise.all([sampleIdentity(), sampleIdentity(), sampleIdentity(), sampleIdentity()]);
    const machine = await machineIdentity(directory);
    await mkdir(join(directory, "home/.config/sops/age"), { recursive: true });
    await writeFile(join(directory, "home/.config/sops/age/keys.txt"), `# mine\n${a?.secret}\n\n${b?.secret}\n`);
    await writeFile(join(directory, "named.txt"), c?.secret ?? "");
    const { found } = await identities(
      { HOME: join(directory, "home"), SOPS_AGE_KEY_FILE: join(directory, "named.txt"), SOPS_AGE_KEY: d?.secret },
      directory,
    );
    expect(found.map(({ recipient }) => recipient).sort()).toEqual(
      [machine, a, b, c, d].map((it) => it?.recipient).sort(),
    );
  });

  test("a password manager's command gives one, without a shell", async () => {
    const { secret, recipient } = await sampleIdentity();
    await writeFile(join(directory, "a key.txt"), secret);
    const found = async (line: string) => (await identities({ SOPS_AGE_KEY_CMD: line }, directory)).found;
    expect((await found(`cat '${directory}/a key.txt'`)).map((it) => it.recipient)).toEqual([recipient]);
    expect(await found(`cat ${directory}/a*`)).toEqual([]);
    const { looked } = await identities({ SOPS_AGE_KEY_CMD: "false" }, directory);
    expect(looked.at(-1)).toBe("SOPS_AGE_KEY_CMD (it ended with 1)");
  });

  test("what is not there, broken, a plugin's or not readable is passed over and said", async () => {
    await writeFile(join(directory, "named.txt"), "AGE-PLUGIN-YUBIKEY-1QQQQ\n");
    await mkdir(join(directory, "home/.config/sops/age/keys.txt"), { recursive: true });
    const { found, looked } = await identities(
      { HOME: join(directory, "home"), SOPS_AGE_KEY_FILE: join(directory, "named.txt") },
      directory,
    );
    expect(found).toEqual([]);
    expect(looked).toEqual([
      join(directory, "keys/age.txt"),
      `${join(directory, "named.txt")} (it holds something that is no key of age)`,
      `${join(directory, "home/.config/sops/age/keys.txt")} (it cannot be read)`,
      "SOPS_AGE_KEY",
    ]);
  });
});
