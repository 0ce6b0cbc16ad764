import { rmSync } from "node:fs";
import { mkdtemp, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { start } from "../lib/exec.ts";
import { isErrno } from "../lib/fs.ts";
import { fail } from "../lib/problem.ts";
import type { Context } from "./command.ts";

/** File systems that are in memory alone, by the numbers that statfs(2) has for them: tmpfs, ramfs. */
const memory = new Set([0x01021994, 0x858458f6]);

/**
 * Has a person edit a text in their editor (`VISUAL`, `EDITOR`, else vi), in a private directory on a memory file system that is
 * removed however this process ends, unless it is killed. The editor does not get the variable in which a key may stand.
 * Problems: `EDITOR_NO_MEMORY`, `EDITOR_MISSING`, `EDITOR_FAILED`, `INTERRUPTED`.
 */
export async function editInMemory(
  { env, roots, signal }: Pick<Context, "env" | "roots" | "signal">,
  text: string,
): Promise<string> {
  const directory = await privateDirectory([env.XDG_RUNTIME_DIR, roots.run, "/dev/shm"]);
  const sweep = (): void => rmSync(directory, { recursive: true, force: true });
  process.once("exit", sweep); // a second Ctrl-C ends this process at once
  try {
    const path = join(directory, "secrets.yaml");
    await writeFile(path, text, { mode: 0o600 });
    const [program = "vi", ...words] = (env.VISUAL ?? env.EDITOR ?? "vi").split(/\s+/).filter((word) => word !== "");
    const { SOPS_AGE_KEY: _key, ...rest } = env;
    await run([program, ...words, path], rest, signal);
    return await readFile(path, "utf8");
  } finally {
    await rm(directory, { recursive: true, force: true });
    process.off("exit", sweep);
  }
}

async function privateDirectory(candidates: readonly (string | undefined)[]): Promise<string> {
  for (const candidate of candidates) {
    if (candidate === undefined || !(await isMemory(candidate))) continue;
    try {
      return await mkdtemp(join(candidate, "freehold-edit-"));
    } catch (thrown) {
      if (!isErrno(thrown, "EACCES", "EPERM", "EROFS", "ENOSPC")) throw thrown;
    }
  }
  return fail("EDITOR_NO_MEMORY", "expected a memory file system to edit on, got none that may be written", {
    hint: "mount one: mount -t tmpfs tmpfs /dev/shm; or set values one by one: freehold secrets set NAME",
  });
}

async function isMemory(path: string): Promise<boolean> {
  try {
    return memory.has((await statfs(path)).type);
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "ENOTDIR", "EACCES")) return false;
    throw thrown;
  }
}

/** Runs the editor with the person's terminal; a signal ends it, and it has ended when this resolves or rejects. */
function run(argv: readonly [string, ...string[]], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const [program] = argv;
  return new Promise((resolve, reject) => {
    const child = start(argv, { stdio: "inherit", env, signal });
    let cause: NodeJS.ErrnoException | undefined;
    child.on("error", (thrown: NodeJS.ErrnoException) => {
      cause = thrown;
      if (child.pid === undefined) settle(undefined);
    });
    child.on("close", settle);
    function settle(code: number | null | undefined): void {
      try {
        if (signal.aborted) fail("INTERRUPTED", "interrupted: nothing was changed", { kind: "waiting" });
        if (cause !== undefined)
          fail("EDITOR_MISSING", `expected the editor ${program}, got "${cause.code ?? cause.message}"`, {
            hint: "EDITOR=nano freehold secrets edit",
            cause,
          });
        if (code !== 0)
          fail("EDITOR_FAILED", `expected ${program} to end well, got ${code ?? "a signal"}: nothing was changed`);
        resolve();
      } catch (thrown) {
        reject(thrown);
      }
    }
  });
}
