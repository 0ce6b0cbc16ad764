import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keepBounded } from "./bounded-file.ts";

test("a log never outgrows twice its bound, keeps its last lines, and stays its owner's alone", () => {
  const directory = mkdtempSync(join(tmpdir(), "freehold-bounded-"));
  const path = join(directory, "x.log");
  const log = openSync(path, "a", 0o600);
  for (let line = 0; line < 100; line++) {
    keepBounded(log, 100);
    writeSync(log, `line ${line}\n`);
  }
  rmSync(`${path}.1`);
  writeSync(log, "x".repeat(200));
  keepBounded(log, 100);
  writeSync(log, "last\n");
  expect(readFileSync(path, "utf8")).toBe("last\n");
  expect(readFileSync(`${path}.1`, "utf8")).toContain("line 99\n");
  expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
  rmSync(directory, { recursive: true });
  writeSync(log, "y".repeat(200));
  keepBounded(log, 100); // deleted meanwhile
  closeSync(log);
});
