import { cp } from "node:fs/promises";
import { join } from "node:path";
import { execOrFail } from "../src/lib/exec.ts";
import { isThere } from "../src/lib/fs.ts";

/** Where the demo's site lies, relative to freehold's checkout: a repository of its own, which the person may change. */
export const demoSite = ".demo/home";

/**
 * Makes the demo's site from examples/home as a person makes one: a git repository whose commits are signed, and which this machine takes
 * pushes from. One that is there is left as it is.
 */
export async function makeDemoSite(checkout: string): Promise<void> {
  const directory = join(checkout, demoSite);
  if (!(await isThere(directory)))
    await cp(join(checkout, "examples/home"), directory, { recursive: true, dereference: true });
  const run = (argv: readonly [string, ...string[]]): Promise<string> => execOrFail(argv, { cwd: directory });
  if (!(await isThere(join(directory, ".git")))) {
    await run(["git", "init", "--quiet", "--initial-branch=main", "."]);
    await run(["git", "config", "user.name", "ada"]);
    await run(["git", "config", "user.email", "ada@home.localhost"]);
  }
  await run([join(checkout, "bin/freehold"), "install", "--without-unit"]);
  if ((await run(["git", "rev-list", "--all", "--max-count=1"])) !== "") return;
  await run(["git", "add", "--all", "."]);
  await run(["git", "commit", "--quiet", "--message", "feat: six services"]);
}
