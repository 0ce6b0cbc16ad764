import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addEntry, type Entry, entries } from "../src/cli/catalogue.ts";
import { furnish } from "../src/cli/entry-secrets.ts";
import { recordsOf } from "../src/features/records.ts";
import { load } from "../src/site/load.ts";

const checkout = resolve(import.meta.dirname, "..");
const catalog = join(checkout, "catalog");
const images = join(checkout, "images");

let directory: string;
let all: readonly Entry[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-catalogue-"));
  await writeFile(join(directory, "site.yaml"), "name: lab\ndomain: lab.test\ndomains: [lab.example]\n");
  await writeFile(join(directory, "people.yaml"), "ada: {mail: [ada@lab.test, ada@lab.example]}\n");
  all = await entries(catalog);
  const keeper = { directory, env: {}, root: join(directory, "root"), now: Date.now() };
  for (const entry of all) {
    const { text } = await furnish(entry.text, keeper);
    await addEntry(catalog, { ...entry, text }, directory, entry.name);
  }
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("all entries added to one site have no problems together, beside the site's own files", async () => {
  const { site, problems } = await load(directory, { images });
  const strange = problems.filter(({ place }) => place?.file.startsWith("root") !== true);
  expect(strange).toEqual([]);
  expect(site?.services.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
});

test("no entry keeps a placeholder, and mail reaches every domain that people have addresses at", async () => {
  const { site } = await load(directory, { images });
  if (site === undefined) throw new Error("expected a site");
  const records = recordsOf(site);
  expect(records.filter(({ value = "" }) => value.includes("<"))).toEqual([]);
  const served = records.flatMap(({ type, name }) => (type === "MX" ? [name] : [])).sort();
  expect(served).toEqual(["lab.example", "lab.test"]);
});

test("every entry says in its second line what it is", async () => {
  for (const { name } of all) {
    const [, title] = (await readFile(join(catalog, `${name}.yaml`), "utf8")).split("\n");
    expect(title, name).toMatch(/^# [A-Z].{10,75}$/);
  }
});
