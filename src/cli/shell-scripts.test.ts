import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exec } from "../lib/exec.ts";
import { shellScripts } from "./shell-scripts.ts";

const bin = resolve(import.meta.dirname, "../../bin");
let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-completion-"));
  await mkdir(join(directory, "services"));
  await writeFile(join(directory, "site.yaml"), "");
  for (const name of ["calendar", "chat", "blog"]) await writeFile(join(directory, "services", `${name}.yaml`), "");
  await writeFile(join(directory, "freehold.bash"), shellScripts.bash);
});
afterAll(() => rm(directory, { recursive: true }));

/** What bash offers behind these words, by its own completion. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const script = `
    source freehold.bash
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    $(complete -p freehold | sed 's/.*-F \\([^ ]*\\).*/\\1/') freehold "\${COMP_WORDS[COMP_CWORD]}"
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const { stdout } = await exec(["bash", "-c", script, "bash", "freehold", ...words], { cwd: directory, env });
  return stdout.split("\n").filter((line) => line !== "");
}

describe("completion in bash", () => {
  test("is a script that bash can read", async () => {
    expect(await exec(["bash", "-n", join(directory, "freehold.bash")])).toMatchObject({ code: 0, stderr: "" });
  });

  test("knows commands, options, services and directories", { timeout: 60_000 }, async () => {
    const [commands, services, options, directories, nothing] = await Promise.all([
      offered("do"),
      offered("logs", "c"),
      offered("up", "--y"),
      offered("--site", "ser"),
      offered("exec", "blog", "--", "l"),
    ]);
    expect(commands).toEqual(["docs", "doctor", "down"]);
    expect(services).toEqual(["calendar", "chat"]);
    expect(options).toEqual(["--yes"]);
    expect(directories).toEqual(["services"]);
    expect(nothing).toEqual([]);
  });
});
