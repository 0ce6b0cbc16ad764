import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
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
  });
});
