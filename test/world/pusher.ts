import type { ExecResult } from "../../src/lib/exec.ts";
import type { TestSite } from "./site.ts";

/** Somebody who works on a test machine's site in git, and pushes to the machine. */
export type Pusher = {
  /** Git in the site's directory, which must succeed. */
  git(...words: readonly string[]): Promise<ExecResult>;
  /** Commits everything and pushes it; resolves when the machine has made the change. */
  push(message: string): Promise<ExecResult>;
};

/** Makes the site's directory a checkout whose pushes the machine takes. */
export async function startPushing({ machine, must }: TestSite, site: string): Promise<Pusher> {
  async function git(...words: readonly string[]): Promise<ExecResult> {
    const result = await machine.exec(["git", ...words], { cwd: machine.site });
    if (result.code !== 0) throw new Error(`git ${words.join(" ")} ended with ${result.code}:\n${result.stderr}`);
    return result;
  }
  await git("init", "--quiet", "-b", "main");
  await git("config", "user.name", "Ada");
  await git("config", "user.email", "ada@example.org");
  await must(["install"]);
  return {
    git,
    async push(message) {
      await git("add", "--all");
      await git("commit", "--quiet", "-m", message);
      return git("push", site, "main");
    },
  };
}
