import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail } from "../lib/problem.ts";
import { type Git, unattended } from "./git.ts";

/**
 * Does something with the files of a commit or a tree, written out into a directory that is gone afterwards. The checkout and its index
 * stay as they are. Of a site that is not at the top of its repository only its own directory is written.
 */
export async function withFilesOf<Result>(
  git: Git,
  tree: string,
  work: (directory: string) => Promise<Result>,
): Promise<Result> {
  const scratch = await mkdtemp(join(tmpdir(), "freehold-files-"));
  try {
    const prefix = await git.ask(["rev-parse", "--show-prefix"]);
    const repository = await git.ask(["rev-parse", "--absolute-git-dir"]);
    const env = { ...unattended, GIT_INDEX_FILE: join(scratch, "index") };
    await git.ask(["read-tree", prefix === "" ? tree : `${tree}:${prefix}`], { env });
    const files = join(scratch, "files");
    await mkdir(files);
    await git.ask(["checkout-index", "--all", "--quiet"], {
      env: { ...env, GIT_DIR: repository, GIT_WORK_TREE: files },
      cwd: files,
    });
    return await work(files);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** The full id of a commit that a person named. Problem: `REVISION_UNKNOWN`. */
export async function commitNamed(git: Git, word: string): Promise<string> {
  const { code, stdout } = await git.try(["rev-parse", "--verify", "--quiet", "--end-of-options", `${word}^{commit}`]);
  if (code === 0) return stdout.trim();
  return fail("REVISION_UNKNOWN", `expected a branch, a tag or a commit, got "${word}"`, {
    hint: "git log --all --oneline lists commits; git fetch brings those that are not here yet",
  });
}
