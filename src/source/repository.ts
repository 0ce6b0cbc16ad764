import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isErrno, readIfThere, writeAtomically } from "../lib/fs.ts";
import { makeWithPassages } from "../lib/passage.ts";
import { fail } from "../lib/problem.ts";
import { shorten, visible } from "../lib/text.ts";
import { git, gitOrFail } from "./git.ts";
import type { Quarantine } from "./quarantine.ts";

/** What holds in a repository of ours also for the git that a push starts; git-config(1). */
const settings = `# Written by freehold, anew each time.
[core]
	logAllRefUpdates = true
	fsmonitor = false
	useReplaceRefs = false
[transfer]
	fsckObjects = true
[receive]
	fsckObjects = true
	maxInputSize = 1g
	shallowUpdate = false
	denyDeleteCurrent = refuse
	# Of other branches; the followed one is judged.
	denyNonFastForwards = false
	hideRefs = refs/replace
	hideRefs = refs/freehold
[receive "fsck"]
	nulInCommit = error
[uploadpack]
	allowFilter = false
	hideRefs = refs/freehold/incoming
[gc]
	auto = 2000
`;

/** The file with them, which the repository's own configuration includes. */
const settingsFile = "freehold.config";

/**
 * Makes the bare repository that a site follows, for this user alone, or brings its settings up to date. `branch` is the one that says what
 * runs: git itself refuses to delete it. It has no hooks until somebody writes some. `format` is that of a new one: a remote's must be the same.
 */
export async function makeRepository(
  directory: string,
  { branch, format = "sha1" }: { readonly branch: string; readonly format?: "sha1" | "sha256" },
): Promise<void> {
  needBranchName(branch);
  await makeWithPassages(directory);
  if ((await readIfThere(`${directory}/HEAD`)) === undefined)
    await gitOrFail(directory, [
      "init",
      "--quiet",
      "--bare",
      "--template=",
      `--initial-branch=${branch}`,
      `--object-format=${format}`,
      directory,
    ]);
  await chmod(directory, 0o700);
  await mkdir(`${directory}/hooks`, { recursive: true, mode: 0o700 });
  await writeAtomically(`${directory}/${settingsFile}`, settings);
  await gitOrFail(directory, ["config", "core.sharedRepository", "0600"]); // read before anything is included
  await gitOrFail(directory, ["config", "--replace-all", "include.path", settingsFile]);
  await gitOrFail(directory, ["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
}

/**
 * The commit that a branch, tag, id or other name of git's means. Problem: `REVISION_UNKNOWN`. What it resolves to has not been judged.
 */
export async function resolve(
  repository: string,
  rev: string,
  options: { readonly quarantine?: Quarantine | undefined } = {},
): Promise<string> {
  const unknown = (): never =>
    fail("REVISION_UNKNOWN", `expected a commit, branch or tag of the repository, got "${shorten(visible(rev), 80)}"`, {
      hint: "push it first: git push home BRANCH",
    });
  if (rev === "" || rev.startsWith("-") || rev.length > 1000 || /[\p{Cc}\s]/u.test(rev)) return unknown();
  const { code, stdout } = await git(
    repository,
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${rev}^{commit}`],
    options,
  );
  const id = stdout.toString("latin1").trim();
  return code === 0 && isCommitId(id) ? id : unknown();
}

/**
 * The commit at the tip of a branch; undefined: nobody has pushed it yet. It starts no program, so it may be asked each second: git keeps a
 * branch in a file of its own or, later, in a line of `packed-refs`; gitrepository-layout(5).
 */
export async function headOf(repository: string, branch: string): Promise<string | undefined> {
  needBranchName(branch);
  const own = (await readBranch(join(repository, "refs/heads", branch)))?.trim();
  if (own !== undefined && isCommitId(own)) return own;
  const packed = (await readIfThere(join(repository, "packed-refs"))) ?? "";
  const line = packed.split("\n").find((one) => one.endsWith(` refs/heads/${branch}`));
  const id = line?.split(" ")[0] ?? "";
  return isCommitId(id) ? id : undefined;
}

/** Where a branch's file would be, other branches may have a directory, or one of them its file above. */
async function readBranch(path: string): Promise<string | undefined> {
  try {
    return await readIfThere(path);
  } catch (thrown) {
    if (isErrno(thrown, "EISDIR", "ENOTDIR")) return undefined;
    throw thrown;
  }
}

/** Lets a branch point to a commit, whatever it pointed to before. */
export async function setHead(repository: string, branch: string, commit: string): Promise<void> {
  needBranchName(branch);
  needCommitId(commit);
  await gitOrFail(repository, ["update-ref", "-m", "freehold", `refs/heads/${branch}`, commit]);
}

/** Whether a text is a full commit id. */
export function isCommitId(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** Problem: `REVISION_UNKNOWN`, for what is no full commit id. */
export function needCommitId(text: string): void {
  if (!isCommitId(text))
    fail("REVISION_UNKNOWN", `expected the full id of a commit, got "${shorten(visible(text), 80)}"`);
}

/** Whether a name can be a branch's; a part of git-check-ref-format(1), and nothing that could be taken for an option. */
export function isBranchName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}$/.test(name) && !/\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(name);
}

/** Problem: `BRANCH_INVALID`. */
export function needBranchName(name: string): void {
  if (!isBranchName(name))
    fail("BRANCH_INVALID", `expected the name of a branch, got "${shorten(visible(name), 80)}"`, {
      hint: "use letters, digits, dashes and slashes: main",
    });
}
