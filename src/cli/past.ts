import { access, constants, readdir } from "node:fs/promises";
import { join } from "node:path";
import { readJournal } from "../ledger/journal.ts";
import type { Published } from "../ledger/published-journal.ts";
import { readSource } from "../ledger/source.ts";
import { isErrno, readIfThere } from "../lib/fs.ts";
import { fail, problemOf } from "../lib/problem.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import { label } from "../site/schema/name.ts";
import { settingsOf } from "../site/settings.ts";
import type { Context, Input } from "./command.ts";
import { type Git, gitIn } from "./git.ts";
import { fetchFollowed, lastFollowed } from "./remote.ts";
import { nearestSite, siteDirectory } from "./site-directory.ts";

/** What is known of a site's past, from wherever it is looked at. */
export type Past = {
  readonly site: string;
  /** Its commits; absent when it is not in git. */
  readonly git?: Git;
  /** The newest commit of what the site follows. */
  readonly head?: string;
  /** What became of them; `entries` is empty when nobody here knows. */
  readonly told: Published;
  /** Who told that: this machine's ledger, the site's remote now, the remote when it was fetched last, nobody. */
  readonly by: "machine" | "remote" | "last fetch" | "nobody";
  /** A file of those who may sign, `/dev/null` when none is known. */
  readonly signers: string;
};

const untold: Published = { entries: [], snapshots: [] };

/**
 * The past of the site that the person means: by `--site-name` one of this machine; else the one of the checkout around, or, where there
 * is none, the only one of this machine. Never changes a branch. Problems: `SITE_NOT_FOUND`, `SITE_UNKNOWN`.
 */
export async function pastOf(context: Context, input: Input): Promise<Past> {
  const name = input.option("--site-name");
  if (name !== undefined) return pastOnMachine(context, name);
  const directory = input.option("--site") ?? (await nearestSite(context.cwd));
  return directory === undefined
    ? pastOnMachine(context, await onlySite(context, input))
    : pastOfDirectory(context, await siteDirectory(context, input));
}

async function pastOfDirectory(context: Context, directory: string): Promise<Past> {
  const site = await nameIn(directory);
  const here = await machinePast(context, site);
  const git = gitIn(directory, context.env, context.signal);
  if ((await git.try(["rev-parse", "--is-inside-work-tree"])).code !== 0) {
    return here ?? { site, told: untold, by: "nobody", signers: "/dev/null" };
  }
  const { followed, by } = await followedOf(context, git, site);
  // a site whose controller went into a cluster goes on there, not in what this machine knows of it
  const published = followed?.published;
  const isTold = published !== undefined && (here === undefined || newest(published) > newest(here.told));
  const configured = (await git.try(["config", "--type=path", "--get", "gpg.ssh.allowedSignersFile"])).stdout.trim();
  return {
    site,
    git,
    head: followed?.head ?? (await git.ask(["rev-parse", "--verify", "HEAD"])),
    told: isTold ? published : (here?.told ?? untold),
    by: isTold ? by : here === undefined ? "nobody" : "machine",
    signers: here?.signers ?? (configured === "" ? "/dev/null" : configured),
  };
}

/** When the last thing happened that is told of; 0 for nothing. */
function newest({ entries }: Published): number {
  return entries[0]?.at ?? 0;
}

/** Who is away, or behind no net, still sees what was fetched last. */
async function followedOf({ terminal }: Context, git: Git, site: string) {
  try {
    return { followed: await fetchFollowed(git, site), by: "remote" } as const;
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    if (code === "REMOTE_UNKNOWN" || code === "REMOTE_EMPTY") return { followed: undefined, by: "nobody" } as const;
    if (code !== "GIT_FAILED") throw thrown;
    terminal.say([`As it was when it was fetched last: ${message}`]);
    return { followed: await lastFollowed(git, site), by: "last fetch" } as const;
  }
}

async function pastOnMachine(context: Context, site: string): Promise<Past> {
  const known = label.test(site) ? await machinePast(context, site) : undefined;
  return known ?? fail("SITE_UNKNOWN", `expected a site that was brought up on this machine, got "${site}"`, {});
}

/** What the ledger of this machine knows; undefined when it knows nothing, or does not tell this person. */
async function machinePast({ roots, env, signal }: Context, site: string): Promise<Past | undefined> {
  const layout = siteLayout(roots, site);
  if (!(await isReadable(layout.ledger))) return undefined;
  const told = { entries: await readJournal(layout.ledger), snapshots: [] };
  const repository = await repositoryOf(layout, env, signal);
  const signers = join(layout.trust, "signers");
  const list = (await isReadable(signers)) ? signers : "/dev/null";
  return { site, ...repository, told, by: "machine", signers: list };
}

/** The repository of a site of this machine, named by `--site-name`, or the only one. Problems: `SITE_NOT_FOUND`, `SITE_UNKNOWN`. */
export async function repositoryOnMachine(context: Context, input: Input): Promise<Git> {
  const site = input.option("--site-name") ?? (await onlySite(context, input));
  const { git } = await pastOnMachine(context, site);
  return git ?? fail("HISTORY_NONE", `expected ${site} to follow git on this machine, got a site that does not`, {});
}

async function repositoryOf(
  layout: SiteLayout,
  env: Context["env"],
  signal: AbortSignal,
): Promise<{ readonly git: Git; readonly head: string } | undefined> {
  const source = await readSource(layout.ledger);
  if (source === undefined || !(await isReadable(layout.repository))) return undefined;
  const git = gitIn(layout.repository, { ...env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" }, signal);
  const head = source.trusted ?? (await git.try(["rev-parse", "--verify", "--quiet", "HEAD"])).stdout.trim();
  return head === "" ? undefined : { git, head };
}

/** The only site of this machine. Problem: `SITE_NOT_FOUND`, when there is none, or several. */
export async function onlySite({ roots, cwd }: Context, input: Input): Promise<string> {
  const sites = (await isReadable(join(roots.root, "sites"))) ? await readdir(join(roots.root, "sites")) : [];
  const [only, second] = sites;
  if (only !== undefined && second === undefined) return only;
  if (only === undefined) return siteDirectory({ cwd }, input); // says that there is no site here
  return fail("SITE_NOT_FOUND", `expected a site.yaml in ${cwd} or above it, got none`, {
    hint: `name one of this machine's sites: --site-name ${only}`,
  });
}

/** What site.yaml calls the site, whatever else is wrong with it. Problem: `SITE_NAMELESS`. */
export async function nameIn(directory: string): Promise<string> {
  const text = (await readIfThere(join(directory, "site.yaml"))) ?? "";
  const name = settingsOf("site.yaml", text)?.find(({ path }) => path === "name")?.value;
  if (name !== undefined && label.test(name)) return name;
  return fail("SITE_NAMELESS", "expected a site.yaml with a name, got one without", { hint: "freehold check" });
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT", "EACCES", "ENOTDIR", "EPERM")) return false;
    throw thrown;
  }
}
