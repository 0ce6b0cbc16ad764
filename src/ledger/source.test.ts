import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { problem } from "../lib/problem.ts";
import { readSource, type SourceState, sourceMark, writeSource } from "./source.ts";

let ledger: string;
beforeEach(async () => {
  ledger = join(await mkdtemp(join(tmpdir(), "freehold-source-")), "ledger");
});
afterEach(() => rm(join(ledger, ".."), { recursive: true }));

const state: SourceState = {
  remote: { url: "https://forge.example.org/ada/home.git", branch: "main", every: 60_000 },
  branch: "main",
  trusted: "a".repeat(40),
  refused: { commit: "b".repeat(40), at: 1, problem: problem("UNSIGNED", "expected a signature, got none") },
};

test("a site follows nothing at first, then what was stored, for root alone", async () => {
  expect(await readSource(ledger)).toBeUndefined();
  expect(await sourceMark(ledger)).toBeUndefined();
  await writeSource(ledger, state);
  expect(await readSource(ledger)).toEqual(state);
  expect((await stat(join(ledger, "source.json"))).mode & 0o777).toBe(0o600);
  const mark = await sourceMark(ledger);
  await writeSource(ledger, { branch: "main" });
  expect(await readSource(ledger)).toEqual({ branch: "main" });
  expect(await sourceMark(ledger)).not.toBe(mark);
});

test("a note that was cut or edited is never taken for none: it says how far history may not be wound back", async () => {
  await writeSource(ledger, state);
  const path = join(ledger, "source.json");
  const text = await readFile(path, "utf8");
  for (const other of [
    "",
    "{",
    "{}",
    text.slice(0, -20),
    text.replace("aaaa", "cccc"),
    text.replace('"version":1', '"version":9'),
  ]) {
    await writeFile(path, other);
    await expect(readSource(ledger)).rejects.toMatchObject({ problem: { code: "LEDGER_UNREADABLE" } });
  }
});
