import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../lib/clock.ts";
import { editInMemory } from "./editor.ts";

let directory = "";
let memory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-editor-"));
  memory = await mkdtemp("/dev/shm/freehold-editor-test-");
});
afterEach(async () => {
  await rm(directory, { recursive: true });
  await rm(memory, { recursive: true });
});

/** Edits with a shell script as the editor, which gets the file as its last word. */
async function edit(script: string, options: { readonly signal?: AbortSignal; readonly run?: string } = {}) {
  const editor = join(directory, "editor");
  await writeFile(editor, `#!/bin/sh\ncd ${directory}\n${script}\n`);
  await chmod(editor, 0o755);
  const env = { PATH: process.env.PATH, EDITOR: `${editor} --wait`, SOPS_AGE_KEY: "AGE-SECRET-KEY-1", HOME: directory };
  const roots = { root: directory, run: options.run ?? memory };
  return editInMemory({ env, roots, signal: options.signal ?? new AbortController().signal }, "a: hunter2\n");
}

const seen = (): Promise<string> => readFile(join(directory, "seen"), "utf8");

describe("editing in memory", () => {
  test("gives what the person wrote, and leaves nothing", async () => {
    expect(await edit('cat "$2" > seen; echo "b: c" >> "$2"')).toBe("a: hunter2\nb: c\n");
    expect(await seen()).toBe("a: hunter2\n");
    expect(await readdir(memory)).toEqual([]);
  });

  test("the file lies on a memory file system, where nobody else can look", async () => {
    await edit('stat -f -c %T "$2" > seen; stat -c %a "$2" >> seen; stat -c %a "$(dirname "$2")" >> seen');
    expect(await seen()).toBe("tmpfs\n600\n700\n");
  });

  test("neither value nor key is in the editor's words or its environment", async () => {
    await edit('tr "\\0" " " < /proc/$$/cmdline > seen; env >> seen');
    expect(await seen()).toContain("--wait");
    expect(await seen()).not.toMatch(/hunter2|AGE-SECRET|SOPS_AGE_KEY/);
  });

  test("a disk is not taken for memory", async () => {
    await edit('echo "$2" > seen', { run: directory });
    expect(await seen()).toMatch(/^\/dev\/shm\/freehold-edit-/);
  });

  test("an editor that fails, or writes and is missing afterwards, changes nothing and leaves nothing", async () => {
    await expect(edit("exit 1")).rejects.toMatchObject({ problem: { code: "EDITOR_FAILED" } });
    const env = { EDITOR: join(directory, "nothing") };
    const signal = new AbortController().signal;
    await expect(editInMemory({ env, roots: { root: "", run: memory }, signal }, "x")).rejects.toMatchObject({
      problem: { code: "EDITOR_MISSING" },
    });
    expect(await readdir(memory)).toEqual([]);
  });

  test("an interrupt ends the editor, and then nothing is left", async () => {
    const interrupt = new AbortController();
    const editing = edit("echo $$ > seen; exec sleep 60", { signal: interrupt.signal });
    const pid = await waitFor(async () => Number(await seen()));
    interrupt.abort();
    await expect(editing).rejects.toMatchObject({ problem: { code: "INTERRUPTED" } });
    expect(() => process.kill(pid, 0)).toThrow();
    expect(await readdir(memory)).toEqual([]);
  });
});

/** Asks until there is an answer other than 0. */
async function waitFor(ask: () => Promise<number>): Promise<number> {
  for (;;) {
    const answer = await ask().catch(() => 0);
    if (answer !== 0) return answer;
    await systemClock.sleep(20);
  }
}
