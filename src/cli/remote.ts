import { type Published, readPublished } from "../ledger/published-journal.ts";
import { fail } from "../lib/problem.ts";
import { publishedRef } from "../source/published.ts";
import type { Git } from "./git.ts";

/** Where a checkout's site lives, and what is there. */
export type Followed = {
  /** As the checkout calls it. */
  readonly remote: string;
  /** The branch that says what runs. */
  readonly branch: string;
  /** Its newest commit, which the checkout has now. */
  readonly head: string;
  /** What the machine tells of the past; absent where something else than freehold's own repository is pushed to. */
  readonly published?: Published;
};

/**
 * Asks the site's remote for its branch and its journal, and fetches both. The remote is that which is called like the site, else that
 * of the branch which is checked out, else the only one. Problems: `REMOTE_UNKNOWN`, `REMOTE_EMPTY`, `GIT_FAILED`.
 */
export async function fetchFollowed(git: Git, site: string): Promise<Followed> {
  const remote = await remoteOf(git, site);
  const heads = await advertised(git, remote);
  const branch = heads.get("HEAD")?.target ?? nothingThere(remote);
  const head = heads.get("HEAD")?.id ?? nothingThere(remote);
  const journal = heads.has(publishedRef) ? [`+${publishedRef}:${journalRef(remote)}`] : [];
  const refs = [`+refs/heads/${branch}:refs/remotes/${remote}/${branch}`, ...journal];
  await git.ask(["fetch", "--quiet", "--no-tags", "--end-of-options", remote, ...refs]);
  const published = journal.length === 0 ? undefined : await readJournalOf(git, remote);
  return { remote, branch, head, ...(published && { published }) };
}

/** What the machine tells now, of a remote that told something before; undefined where nobody tells. */
export async function fetchPublished(git: Git, { remote, published }: Followed): Promise<Published | undefined> {
  if (published === undefined) return undefined;
  const ref = `+${publishedRef}:${journalRef(remote)}`;
  await git.ask(["fetch", "--quiet", "--no-tags", "--end-of-options", remote, ref]);
  return readJournalOf(git, remote);
}

/** The same as it was when it was fetched last, without asking anybody; undefined when it never was. */
export async function lastFollowed(git: Git, site: string): Promise<Followed | undefined> {
  const remote = await remoteOf(git, site);
  const prefix = `refs/remotes/${remote}/`;
  const listed = await git.ask(["for-each-ref", "--format=%(refname) %(objectname) %(symref)", prefix]);
  const refs = new Map(listed.split("\n").map((line) => [line.split(" ")[0] ?? "", line.split(" ")] as const));
  const current = await git.try(["symbolic-ref", "--quiet", "--short", "HEAD"]);
  const names = [refs.get(`${prefix}HEAD`)?.[2], `${prefix}${current.stdout.trim()}`, `${prefix}main`];
  const name = names.find((it) => it !== undefined && refs.has(it));
  const head = name === undefined ? undefined : refs.get(name)?.[1];
  if (name === undefined || head === undefined) return undefined;
  const published = await readJournalOf(git, remote);
  return { remote, branch: name.slice(prefix.length), head, ...(published && { published }) };
}

/** The remote that is the site's. Problem: `REMOTE_UNKNOWN`. */
export async function remoteOf(git: Git, site: string): Promise<string> {
  const remotes = (await git.ask(["remote"])).split("\n").filter((name) => name !== "");
  if (remotes.includes(site)) return site;
  const current = await git.try(["symbolic-ref", "--quiet", "--short", "HEAD"]);
  const configured = await git.try(["config", "--get", `branch.${current.stdout.trim()}.remote`]);
  const upstream = configured.stdout.trim();
  if (remotes.includes(upstream)) return upstream;
  const [only, second] = remotes;
  if (only !== undefined && second === undefined) return only;
  return fail("REMOTE_UNKNOWN", `expected a remote called ${site}, got ${remotes.join(", ") || "none"}`, {
    hint: `git remote add ${site} ADDRESS, with the address of the repository that the site follows`,
  });
}

function journalRef(remote: string): string {
  return `refs/freehold/${remote}/journal`;
}

async function readJournalOf(git: Git, remote: string): Promise<Published | undefined> {
  const { code, stdout } = await git.try(["cat-file", "blob", journalRef(remote)]);
  return code === 0 ? readPublished(stdout) : undefined;
}

type Advertised = { readonly id?: string; readonly target?: string };

/** What a remote has by these names; `target` is the branch that its HEAD means. */
async function advertised(git: Git, remote: string): Promise<ReadonlyMap<string, Advertised>> {
  const printed = await git.ask(["ls-remote", "--symref", "--end-of-options", remote, "HEAD", publishedRef]);
  const found = new Map<string, Advertised>();
  for (const line of printed.split("\n")) {
    const [value = "", name = ""] = line.split("\t");
    const target = /^ref: refs\/heads\/(.+)$/.exec(value)?.[1];
    found.set(name, { ...found.get(name), ...(target === undefined ? { id: value } : { target }) });
  }
  return found;
}

function nothingThere(remote: string): never {
  return fail("REMOTE_EMPTY", `expected something at ${remote}, got an empty repository`, {
    hint: `git push ${remote} HEAD`,
  });
}
