import { appendFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { append, type Entry, readJournal } from "./journal.ts";

let ledger: string;
beforeEach(async () => {
  ledger = join(await mkdtemp(join(tmpdir(), "freehold-journal-")), "ledger");
});
afterEach(() => rm(join(ledger, ".."), { recursive: true }));

const entry = (at: number, what: readonly string[] = ["image 1 → 2"]): Entry => ({
  at,
  milliseconds: 5,
  way: "up",
  services: { mail: { result: "done", what } },
});
const times = async (limit?: number) =>
  (await readJournal(ledger, limit === undefined ? {} : { limit })).map(({ at }) => at);

describe("the journal", () => {
  test("has nothing at first, then the newest first, and as many as are asked for", async () => {
    expect(await times()).toEqual([]);
    for (const at of [1, 2, 3]) await append(ledger, entry(at));
    expect(await times()).toEqual([3, 2, 1]);
    expect(await times(2)).toEqual([3, 2]);
  });

  test("takes an entry once, however often whoever completes a change adds it", async () => {
    for (const at of [1, 2, 2]) await append(ledger, entry(at));
    expect(await times()).toEqual([2, 1]);
  });

  test("passes over a line that was cut off, and goes on after it on one of its own", async () => {
    await append(ledger, entry(1));
    await appendFile(join(ledger, "journal.jsonl"), '{"at":2,"way":"up","serv');
    expect(await times()).toEqual([1]);
    await append(ledger, entry(3));
    expect(await times()).toEqual([3, 1]);
  });

  test("keeps no more than two files of a few megabytes, and loses nothing on the way from one to the next", async () => {
    const long = ["x".repeat(1_500_000)];
    for (const at of [1, 2, 3, 4, 5]) await append(ledger, entry(at, long));
    expect(await times()).toEqual([5, 4, 3, 2, 1]);
    for (const at of [6, 7, 8, 9]) await append(ledger, entry(at, long));
    expect((await times()).slice(0, 4)).toEqual([9, 8, 7, 6]);
    for (const name of ["journal.jsonl", "journal-older.jsonl"])
      expect((await stat(join(ledger, name))).size).toBeLessThan(8_000_000);
  });

  test("is for its owner alone, since lines of logs may be in it", async () => {
    await append(ledger, entry(1));
    expect((await stat(join(ledger, "journal.jsonl"))).mode & 0o777).toBe(0o600);
  });

  test("passes over what is no entry", async () => {
    await append(ledger, entry(1));
    await writeFile(join(ledger, "journal.jsonl"), `${JSON.stringify(entry(4))}\n[]\nnull\n{"at":"5"}\n`);
    expect(await times()).toEqual([4]);
  });
});
