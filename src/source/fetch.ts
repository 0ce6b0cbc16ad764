import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../lib/problem.ts";
import { shorten, visible } from "../lib/text.ts";
import { type GitOptions, git, gitOrFail } from "./git.ts";
import { remoteAccess } from "./remote-access.ts";
import { readRemoteUrl } from "./remote-url.ts";
import { isCommitId, needBranchName } from "./repository.ts";

/** A branch of a repository elsewhere. */
export type Remote = { readonly url: string; readonly branch: string };

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
    failed({ url: read.url, branch }, stderr);
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
  if (code !== 0) failed(remote, stderr);
  const [, id = ""] =
    new RegExp(`^([0-9a-f]+)\\t${ref.replaceAll(/[.+]/g, "\\$&")}$`, "m").exec(stdout.toString("latin1")) ?? [];
  return isCommitId(id) ? id : failed(remote, "couldn't find remote ref");
}

type Failure = { readonly when: RegExp; readonly code: string; readonly words: string; readonly hint: string };

/** What git and ssh say, and what it means. The order counts: ssh's words come before git's about the connection. */
const failures: readonly Failure[] = [
  {
    when: /couldn't find remote ref/i,
    code: "REMOTE_BRANCH",
    words: "the remote to have that branch, got none of that name",
    hint: "push it there, or follow another: freehold source set URL --branch BRANCH",
  },
  {
    when: /host key verification failed|host identification has changed/i,
    code: "REMOTE_HOST_KEY",
    words: "the host that was there the first time, got one with another key",
    hint: "if its key was really changed: ssh-keygen -R HOST -f the file known_hosts in the site's directory remote/",
  },
  {
    when: /permission denied|authentication failed|could not read (username|password)|returned error: 40[13]|terminal prompts disabled/i,
    code: "REMOTE_REFUSED",
    words: "to be let in, got a refusal",
    hint: "freehold source show prints the key to give it; over HTTPS: freehold source set URL --token < FILE",
  },
  {
    when: /repository .*not found|does not (exist|appear to be)|not a git repository|returned error: 404/i,
    code: "REMOTE_REFUSED",
    words: "a repository there, got none, or none that may be seen",
    hint: "look at the address: freehold source show",
  },
  {
    when: /dubious ownership/i,
    code: "REMOTE_REFUSED",
    words: "a directory of root's own, got somebody else's",
    hint: "reach it over SSH instead: ssh://USER@localhost/PATH",
  },
  {
    when: /no space left|disk quota/i,
    code: "REMOTE_NO_ROOM",
    words: "room on this machine's disk for what it brings, got none",
    hint: "make room on the disk; it is tried again by itself",
  },
  {
    when: /fsck error|bad object|did not send all necessary|mismatched algorithms|shallow/i,
    code: "REMOTE_DAMAGED",
    words: "a whole and sound history, got another",
    hint: "git fsck, in that repository, says what is wrong",
  },
  {
    // What writes the pack was ended by the limit of its size, and says nothing any more.
    when: /file too large|invalid index-pack output/i,
    code: "REMOTE_TOO_LARGE",
    words: "at most 1 GiB at once, got more",
    hint: "a site's repository says what runs; keep data in state",
  },
];

/** What git adds to every failure, and what helps nobody. */
const chatter =
  /^(please make sure you have the correct access rights|and the repository exists\.|fatal: could not read from remote)/i;

function failed({ url, branch }: Remote, stderr: string): never {
  const detail = stderr
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !chatter.test(line))
    .slice(-5)
    .map((line) => shorten(visible(line), 200));
  const known = failures.find(({ when }) => when.test(stderr));
  if (known !== undefined)
    fail(known.code, `expected ${known.words}: ${branch} of ${url}`, { hint: known.hint, detail });
  return fail("REMOTE_FAILED", `expected an answer for ${branch} of ${url}, got "${detail.at(-1) ?? ""}"`, {
    kind: "transient",
    hint: "it is tried again by itself",
    detail,
  });
}
