import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeWithPassages } from "./passage.ts";

let root: string;
const before = process.umask();
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "freehold-passage-"));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const mode = async (path: string): Promise<string> => ((await stat(join(root, path))).mode & 0o777).toString(8);

test("what is made above a private directory may be passed through, by a person with any umask", async () => {
  await mkdir(join(root, "a"), { mode: 0o750 });
  await makeWithPassages(join(root, "a/b/c/d"));
  expect([await mode("a"), await mode("a/b"), await mode("a/b/c"), await mode("a/b/c/d")]).toEqual([
    (0o750 & ~before).toString(8),
    "711",
    "711",
    "700",
  ]);
  await makeWithPassages(join(root, "a/b/c/d"));
  await makeWithPassages(join(root, "a/b/e"));
  expect([await mode("a/b"), await mode("a/b/e")]).toEqual(["711", "700"]);
});
