import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { execOrFail } from "../lib/exec.ts";
import { problem } from "../lib/problem.ts";
import type { Entry } from "./journal.ts";
import { publishedText, publishJournal, readPublished } from "./published-journal.ts";

const made: string[] = [];

afterAll(async () => {
  for (const directory of made) await rm(directory, { recursive: true });
});

const entry: Entry = {
  at: 1000,
  milliseconds: 5,
  way: "push",
  services: {
    mail: {
      result: "undone",
      what: ["memory 256M → 512M"],
      snapshot: "20261121T140301Z-1a2b3c4",
      problem: problem("UNHEALTHY", "not healthy after 30 s", { detail: ["password=hunter2"] }),
    },
  },
};

test("who fetches the repository reads the journal, without what services printed", async () => {
  const directory = await mkdtemp(join(tmpdir(), "freehold-published-"));
  made.push(directory);
  const [repository, checkout] = [join(directory, "repository.git"), join(directory, "checkout")];
  await execOrFail(["git", "init", "--quiet", "--bare", repository]);
  await execOrFail(["git", "init", "--quiet", checkout]);
  await publishJournal(repository, [{ ...entry, at: 500 }]);
  await publishJournal(repository, [entry]);
  await execOrFail(["git", "fetch", "--quiet", repository, "+refs/freehold/journal:refs/freehold/home"], {
    cwd: checkout,
  });
  const text = await execOrFail(["git", "cat-file", "blob", "refs/freehold/home"], { cwd: checkout });
  expect(text).not.toContain("hunter2");
  expect(readPublished(text)).toMatchObject({ entries: [{ at: 1000, services: { mail: { result: "undone" } } }] });
});

test("a machine that works for years does not keep every journal that it ever told", async () => {
  const directory = await mkdtemp(join(tmpdir(), "freehold-published-"));
  made.push(directory);
  await execOrFail(["git", "init", "--quiet", "--bare", directory]);
  for (const at of [1, 2, 3, 3, 4, 5]) await publishJournal(directory, [{ ...entry, at }]);
  const counted = await execOrFail(["git", "count-objects"], { cwd: directory });
  expect(counted).toMatch(/^2 objects/);
  const before = await execOrFail(["git", "cat-file", "blob", "refs/freehold/journal-before"], { cwd: directory });
  expect(readPublished(before)?.entries[0]?.at).toBe(4);
  expect(await execOrFail(["git", "fsck"], { cwd: directory })).toBe("");
});

test("only the newest two hundred entries are told", () => {
  const many = Array.from({ length: 600 }, (_, index) => ({ ...entry, at: 1000 - index }));
  const told = readPublished(publishedText({ entries: many, snapshots: [] }));
  expect(told?.entries.map(({ at }) => at)).toEqual(many.slice(0, 200).map(({ at }) => at));
});

test.each([
  ["no JSON", "x"],
  ["of another version", '{"version":2,"entries":[],"snapshots":[]}'],
  ["no list of snapshots", '{"version":1,"entries":[]}'],
  ["no entries", '{"version":1,"entries":[{"at":1}],"snapshots":[]}'],
])("what is %s is not taken for an empty journal", (_what, text) => {
  expect(readPublished(text)).toBeUndefined();
});
