import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type GitOptions, git, gitOrFail } from "./git.ts";
import { remoteAccess } from "./remote-access.ts";
import { type Remote, remoteFailed } from "./remote-failures.ts";
import { readRemoteUrl } from "./remote-url.ts";
import { isCommitId, needBranchName } from "./repository.ts";

/** How it is fetched. */
export type FetchOptions = {
  readonly signal?: AbortSignal;
  /** Milliseconds in all; default five minutes. */
  readonly timeout?: number;
  /** Bytes that one fetch may bring; default 1 GiB. */
  readonly most?: number;
};

/** Where what was fetched last is found until it was judged. It is no branch: nothing that runs ever follows it. */
export const incoming = "refs/freehold/incoming";

/**
 * Fetches the head of a remote's branch into the machine's repository and resolves with it. It moves no branch, runs nothing of the remote, and takes no
 * tags. What it brought has not been judged. `access` is the directory of {@link remoteAccess}. Problems: `REMOTE_URL_INVALID`, `BRANCH_INVALID`,
 * `REMOTE_BRANCH`, `REMOTE_REFUSED`, `REMOTE_HOST_KEY`, `REMOTE_TOO_LARGE`, `REMOTE_DAMAGED`, `REMOTE_NO_ROOM`, `REMOTE_FAILED` (worth another try), `PROGRAM_TIMEOUT`, `PROGRAM_STOPPED`.
 */
export async function fetchRemote(
  repository: string,
  { url, branch }: Remote,
  access: string,
  { signal, timeout = 300_000, most = 1024 ** 3 }: FetchOptions = {},
): Promise<string> {
  needBranchName(branch);
  const read = readRemoteUrl(url);
  const { config, env } = await remoteAccess(access, read);
  const options: GitOptions = {
    config: [...config, ["fetch.fsckObjects", "true"], ["fetch.unpackLimit", "1"], ["core.bigFileThreshold", "16m"]],
    env,
    timeout,
    largestFile: most,
    ...(signal && { signal }),
  };
  await sweepPacks(repository, ({ age }) => age > abandoned);
  const before = new Set(await unfinishedPacks(repository));
  const { code, stderr } = await git(
    repository,
    [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-write-fetch-head",
      "--no-recurse-submodules",
      "--no-auto-maintenance",
      "--refmap=",
      read.url,
      `+refs/heads/${branch}:${incoming}`,
    ],
    options,
  );
  if (code !== 0) {
    await sweepPacks(repository, ({ name }) => !before.has(name));
    remoteFailed({ url: read.url, branch }, stderr);
  }
  const printed = await gitOrFail(repository, ["rev-parse", "--verify", `${incoming}^{commit}`]);
  return printed.toString("latin1").trim();
}

/** Milliseconds after which nobody is at work on a pack any more. */
const abandoned = 3_600_000;

/** Parts of packs that a fetch has not finished. A push has them elsewhere, in its quarantine. */
async function unfinishedPacks(repository: string): Promise<readonly string[]> {
  const names = await readdir(join(repository, "objects/pack"));
  return names.filter((name) => /^tmp_(pack|idx|rev)_/.test(name));
}

/** git leaves what it could not finish where it is, for weeks: as large as was allowed, each time. */
async function sweepPacks(
  repository: string,
  of: (pack: { readonly name: string; readonly age: number }) => boolean,
): Promise<void> {
  for (const name of await unfinishedPacks(repository)) {
    const path = join(repository, "objects/pack", name);
    const age = Date.now() - (await stat(path)).mtimeMs;
    if (of({ name, age })) await rm(path, { force: true });
  }
}

/** The head of a remote's branch, without fetching it. Problems: those of {@link fetchRemote}. */
export async function remoteHead(
  remote: Remote,
  access: string,
  { signal, timeout = 60_000 }: FetchOptions = {},
): Promise<string> {
  needBranchName(remote.branch);
  const read = readRemoteUrl(remote.url);
  const { config, env } = await remoteAccess(access, read);
  const options: GitOptions = { config, env, timeout, ...(signal && { signal }) };
  const ref = `refs/heads/${remote.branch}`;
  const { code, stdout, stderr } = await git("/nonexistent", ["ls-remote", "--quiet", read.url, ref], options);
  if (code !== 0) remoteFailed(remote, stderr);
  const [, id = ""] =
    new RegExp(`^([0-9a-f]+)\\t${ref.replaceAll(/[.+]/g, "\\$&")}$`, "m").exec(stdout.toString("latin1")) ?? [];
  return isCommitId(id) ? id : remoteFailed(remote, "couldn't find remote ref");
}
