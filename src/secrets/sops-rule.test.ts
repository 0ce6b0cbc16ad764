import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keepSopsRule } from "./sops-rule.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-rule-"));
});
afterEach(() => rm(directory, { recursive: true }));

const rule = (): Promise<string> => readFile(join(directory, ".sops.yaml"), "utf8");

describe("the rule for sops", () => {
  test("is made when there is none, and follows the recipients", async () => {
    expect(await keepSopsRule(directory, [], ["age1a", "age1b"])).toBe("made");
    expect(await rule()).toContain("    age: >-\n      age1a,\n      age1b\n");
    expect(await keepSopsRule(directory, ["age1a", "age1b"], ["age1b"])).toBe("kept in step");
    expect(await rule()).not.toContain("age1a");
  });

  test("that a person changed is left as it is", async () => {
    await keepSopsRule(directory, [], ["age1a"]);
    const own = `${await rule()}# mine\n`;
    await writeFile(join(directory, ".sops.yaml"), own);
    expect(await keepSopsRule(directory, ["age1a"], ["age1a", "age1b"])).toBe("other");
    expect(await rule()).toBe(own);
  });

  test("in a directory above is the person's: none is put before it", async () => {
    await writeFile(join(directory, ".sops.yaml"), "creation_rules: []\n");
    await mkdir(join(directory, "site"));
    expect(await keepSopsRule(join(directory, "site"), [], ["age1a"])).toBe("other");
    await expect(readFile(join(directory, "site/.sops.yaml"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
