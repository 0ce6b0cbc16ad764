import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { setPassword } from "./set-password.ts";

test("a file that gets a password's hash is nobody else's to read from then on", async () => {
  const site = await mkdtemp(join(tmpdir(), "freehold-password-"));
  const file = join(site, "people.yaml");
  await writeFile(file, "ada: {}\n", { mode: 0o644 });
  await setPassword(site, "ada", async () => "correct horse");
  expect(await readFile(file, "utf8")).toContain("$argon2id$");
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  await rm(site, { recursive: true });
});
