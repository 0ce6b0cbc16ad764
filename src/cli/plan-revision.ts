import { planBetween } from "../controller/as-if-running.ts";
import { prepare } from "../controller/prepare.ts";
import { readApplied } from "../ledger/applied.ts";
import { fail, problemOf } from "../lib/problem.ts";
import { summary } from "../plan/summary.ts";
import { siteLayout } from "../providers/layout.ts";
import { load } from "../site/load.ts";
import type { Context, Input } from "./command.ts";
import { commitNamed, withFilesOf } from "./files-of.ts";
import { type Git, gitIn } from "./git.ts";
import { imagesIn } from "./home.ts";
import { repositoryOnMachine } from "./past.ts";
import { lastFollowed } from "./remote.ts";
import { nearestSite, siteDirectory } from "./site-directory.ts";
import { type Session, withSiteIn } from "./site-session.ts";
import type { RevisionView } from "./views/plan-markdown.ts";

/** Where the commits are, and the directory of the checkout around them, if there is one. */
type Around = { readonly git: Git; readonly directory?: string };

/** Shows a plan; resolves with the exit code. */
export type Show = (view: RevisionView, session: Session) => void;

/**
 * Plans the files of a commit against what runs on this machine; or, with `--base` and on a machine that does not run the site, against
 * what the files of that commit would be. The checkout stays as it is. Problems: `REVISION_UNKNOWN`, `BASE_NEEDED`, `BASE_INVALID`.
 */
export async function planRevision(context: Context, input: Input, word: string, show: Show): Promise<number> {
  const { git, directory } = await around(context, input);
  const commit = await commitNamed(git, word);
  const based = input.option("--base");
  return withFilesOf(git, commit, (files) =>
    withSiteIn(context, input, files, async (session) => {
      const rev = { word, commit };
      if (based === undefined && (await runsHere(context, session.site.name))) {
        return withMachine(context, session, (view) => show({ ...view, rev }, session));
      }
      const base = based ?? (await defaultBase(git, directory, session.site.name));
      return withBase(context, git, session, base, (view) => show({ ...view, rev }, session));
    }),
  );
}

type Planned = Omit<RevisionView, "rev">;

async function withMachine(context: Context, session: Session, show: (view: Planned) => void): Promise<number> {
  const runtime = await context.createRuntime(session.site);
  try {
    const { plan } = await prepare(session.site, runtime);
    return shown(context, session, { plan, against: { by: "machine", host: context.host } }, show);
  } finally {
    await runtime.close();
  }
}

async function withBase(
  context: Context,
  git: Git,
  session: Session,
  word: string,
  show: (view: Planned) => void,
): Promise<number> {
  const commit = await commitNamed(git, word);
  return withFilesOf(git, commit, async (files) => {
    const base = await load(files, { images: imagesIn(context.home) });
    if (base.site === undefined) {
      fail(
        "BASE_INVALID",
        `expected a site that can run at ${word}, got one with problems in site.yaml or people.yaml`,
        {
          hint: "name another commit by --base",
        },
      );
    }
    const plan = planBetween(base.site, session.site);
    return shown(context, session, { plan, against: { by: "commit", word, commit } }, show);
  });
}

function shown(
  { host }: Context,
  { site, loaded }: Session,
  { plan, against }: Pick<Planned, "plan" | "against">,
  show: (view: Planned) => void,
): number {
  const view = { host, site, broken: loaded.broken, problems: loaded.problems, plan, summary: summary(plan), against };
  show(view);
  return view.summary.steps > 0 ? 4 : 0;
}

async function around(context: Context, input: Input): Promise<Around> {
  const { cwd, env, signal } = context;
  const name = input.option("--site-name");
  const found = input.option("--site") ?? (await nearestSite(cwd));
  if (name !== undefined || found === undefined) return { git: await repositoryOnMachine(context, input) };
  const directory = await siteDirectory(context, input);
  return { git: gitIn(directory, env, signal), directory };
}

async function runsHere({ roots }: Context, site: string): Promise<boolean> {
  const applied = await readApplied(siteLayout(roots, site).ledger);
  return applied !== undefined && !applied.stopped;
}

/** What the site follows, as far as it was fetched. */
async function defaultBase(git: Git, directory: string | undefined, site: string): Promise<string> {
  return (
    (directory === undefined ? undefined : await lastHead(git, site)) ??
    fail("BASE_NEEDED", `expected this machine to run ${site}, or a commit to compare with, got neither`, {
      hint: "name what runs by --base, for example --base main",
    })
  );
}

async function lastHead(git: Git, site: string): Promise<string | undefined> {
  try {
    return (await lastFollowed(git, site))?.head;
  } catch (thrown) {
    if (problemOf(thrown).code !== "REMOTE_UNKNOWN") throw thrown;
    return undefined;
  }
}
