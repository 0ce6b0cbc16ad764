import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writtenAt } from "./written-at.ts";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-written-"));
  const text = "title: Mail\nparts:\n  imap:\n    image: x\n    state: {data: /data}\nreach: [git]\n";
  await writeFile(join(directory, "mail.yaml"), text);
});

afterAll(() => rm(directory, { recursive: true }));

test.each([
  [[["parts", "imap", "state"], ["state"]], 5],
  [[["parts", "smtp", "reach"], ["reach"]], 6],
  [[["parts", "imap", "state", "data"]], 5],
  [[["secrets"]], 1],
  [[], 1],
])("the first of the paths %j that is there stands on line %i", async (paths, line) => {
  expect(await writtenAt(directory, "mail.yaml", paths)).toEqual({ file: "mail.yaml", line, column: 1 });
});

test("of a file that is gone nothing is said", async () => {
  expect(await writtenAt(directory, "none.yaml", [])).toBeUndefined();
});
