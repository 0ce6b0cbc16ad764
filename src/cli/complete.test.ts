import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { sampleFile } from "../secrets/sample.ts";
import { commands } from "./commands.ts";
import { candidates } from "./complete.ts";

const home = resolve(import.meta.dirname, "../..");
const offer = (...words: string[]) => candidates(words, commands, { cwd: "/", home });

describe("what may stand for the last word", () => {
  test("a command, but none that is for programs", async () => {
    expect(await offer("p")).toEqual(["passwd", "plan", "prove"]);
    expect(await offer("supervis")).toEqual([]);
  });

  test("an option of that command, behind other options and their values too", async () => {
    expect(await offer("--site", "home", "logs", "--t")).toEqual(["--tail"]);
    expect(await offer("plan", "--y")).toEqual([]);
    expect(await offer("--ver")).toEqual(["--version"]);
  });

  test("nothing where a value is free, or all words are there", async () => {
    expect(await offer("logs", "--grep", "")).toEqual([]);
    expect(await offer("completion", "bash", "")).toEqual([]);
    expect(await offer("frobnicate", "")).toEqual([]);
  });

  test("a word of a known list", async () => {
    expect(await offer("completion", "")).toEqual(["bash", "fish", "zsh"]);
    expect(await offer("docs", "arch")).toEqual(["architecture"]);
    expect(await offer("secrets", "r")).toEqual(["recipients", "rotate"]);
  });

  test("a secret of the site, for which no key is needed; none where secrets.yaml is broken or not there", async () => {
    const cwd = await mkdtemp(join(tmpdir(), "freehold-complete-"));
    const secret = (word: string) => candidates(["secrets", "show", word], commands, { cwd, home });
    await writeFile(join(cwd, "site.yaml"), "");
    expect(await secret("")).toEqual([]);
    const { file } = await sampleFile({ token: "1", "mail-key": "2" });
    await writeFile(join(cwd, "secrets.yaml"), file.text);
    expect(await secret("")).toEqual(["mail-key", "token"]);
    expect(await secret("t")).toEqual(["token"]);
    await writeFile(join(cwd, "secrets.yaml"), "[");
    expect(await secret("")).toEqual([]);
    await rm(cwd, { recursive: true });
  });
});
