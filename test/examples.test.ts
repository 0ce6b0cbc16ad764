import { argon2Sync } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoKey } from "../scripts/demo-key.ts";
import { load } from "../src/site/load.ts";

const checkout = resolve(import.meta.dirname, "..");
const images = join(checkout, "images");
const home = join(checkout, "examples/home");
const catalogue = ["blog", "calendar", "chat", "git", "mail", "tasks"];
/** Mail in the example has no way out, and ports that nobody else uses. */
const different = ["mail"];

describe("the example", () => {
  test("has nothing that freehold would complain about", async () => {
    const { site, problems } = await load(home, { images });
    expect(problems).toEqual([]);
    expect(site?.services.map(({ name }) => name)).toEqual(catalogue);
  });

  test("is offered to this machine alone, since its password and key are known to everybody", async () => {
    const { site } = await load(home, { images });
    expect(site?.front.addresses).toEqual(["127.0.0.1", "::1"]);
  });

  test("knows the key with which the demo comes, and lets both people in with the password demo", async () => {
    const { site } = await load(home, { images });
    expect(site?.people.find(({ name }) => name === "ada")?.keys).toEqual([demoKey().line]);
    for (const { password = "" } of site?.people ?? []) expect(password).toBe(hashLike(password, "demo"));
  });

  test("holds no private key", async () => {
    for (const path of await filesIn(home))
      expect(await readFile(join(home, path), "utf8"), path).not.toContain("PRIVATE KEY");
  });
});

describe("the catalogue", () => {
  let site: string;
  beforeAll(async () => {
    site = await mkdtemp(join(tmpdir(), "freehold-catalogue-"));
    await mkdir(join(site, "services"));
    await writeFile(join(site, "site.yaml"), "name: lab\ndomain: lab.test\n");
    for (const name of catalogue) {
      await cp(join(checkout, "catalog", `${name}.yaml`), join(site, "services", `${name}.yaml`));
      await cp(join(checkout, "catalog", name), site, { recursive: true }).catch(ignoreMissing);
    }
  });
  afterAll(() => rm(site, { recursive: true, force: true }));

  test("has entries that are right as they come, but for the secret that `add` makes for mail", async () => {
    const { problems } = await load(site, { images });
    expect(problems.map(({ message }) => message)).toEqual(['expected a secret of secrets.yaml, got "mail-dkim"']);
  });

  test.each(catalogue)("%s says in its second line what it is", async (name) => {
    const [, title = ""] = (await readFile(join(checkout, "catalog", `${name}.yaml`), "utf8")).split("\n");
    expect(title).toMatch(/^# [A-Z].{10,70}$/);
  });

  test.each(catalogue.filter((name) => !different.includes(name)))("%s is what the example has", async (name) => {
    const [, , ...entry] = (await readFile(join(checkout, "catalog", `${name}.yaml`), "utf8")).split("\n");
    const [, , ...example] = (await readFile(join(home, "services", `${name}.yaml`), "utf8")).split("\n");
    const withoutTitle = (lines: readonly string[]): readonly string[] =>
      lines.filter((line) => !line.startsWith("title:"));
    expect(withoutTitle(example)).toEqual(withoutTitle(entry));
  });

  test.each(["catalog", "examples/home"])(
    "lets editors complete: each file of %s names a schema that exists",
    async (directory) => {
      for (const path of (await filesIn(join(checkout, directory))).filter((each) => each.endsWith(".yaml"))) {
        const [first = ""] = (await readFile(join(checkout, directory, path), "utf8")).split("\n");
        const schema = /^# yaml-language-server: \$schema=(\S+)$/.exec(first)?.[1] ?? "";
        const target = join(checkout, directory, dirname(path), schema);
        expect([dirname(target), await readFile(target, "utf8")], path).toEqual([
          join(checkout, "schema"),
          expect.stringContaining("$schema"),
        ]);
        expect(basename(target)).toBe(
          /^(site|people)\.yaml$/.test(path) ? path.replace("yaml", "json") : "service.json",
        );
      }
    },
  );
});

/** The hash of a password with the salt and costs of another hash. */
function hashLike(hash: string, password: string): string {
  const [, , , costs = "", salt = "", tag = ""] = hash.split("$");
  const [memory = 0, passes = 0, parallelism = 0] = costs.split(",").map((cost) => Number(cost.slice(2)));
  const made = argon2Sync("argon2id", {
    message: password,
    nonce: Buffer.from(salt, "base64"),
    memory,
    passes,
    parallelism,
    tagLength: Buffer.from(tag, "base64").length,
  });
  return `$argon2id$v=19$${costs}$${salt}$${made.toString("base64").replace(/=+$/, "")}`;
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1)).sort();
}

function ignoreMissing(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== "ENOENT") throw thrown;
}
