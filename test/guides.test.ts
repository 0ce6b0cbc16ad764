import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { load } from "../src/site/load.ts";

const checkout = resolve(import.meta.dirname, "..");

test("the people of the guide can be copied as they stand", async () => {
  const guide = await readFile(join(checkout, "docs/guides/accounts.md"), "utf8");
  const [people = ""] = /^ {4}ada:\n(?: {4}.*\n)+/m.exec(guide) ?? [];
  const directory = await mkdtemp(join(tmpdir(), "freehold-guide-"));
  try {
    await writeFile(join(directory, "site.yaml"), "name: home\ndomain: example.org\n");
    await writeFile(join(directory, "people.yaml"), people.replaceAll(/^ {4}/gm, ""));
    const { site, problems } = await load(directory, { images: join(checkout, "images") });
    expect(problems).toEqual([]);
    expect(site?.people.map(({ name, addresses }) => [name, ...addresses])).toEqual([
      ["ada", "ada@example.org", "lovelace@example.org"],
      ["ben", "ben@example.org"],
      ["printer"],
    ]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
