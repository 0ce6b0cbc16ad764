import { withHeld } from "../controller/desired.ts";
import { withHeldBack } from "../controller/held-services.ts";
import { type Applied, readApplied } from "../ledger/applied.ts";
import { type HeldBackServices, readHeldBack } from "../ledger/held.ts";
import { readPasswords, withPasswords } from "../ledger/passwords.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import type { Runtime } from "../providers/provider.ts";
import { type Loaded, load } from "../site/load.ts";
import type { Site } from "../site/site.ts";
import type { Context, Input } from "./command.ts";
import { imagesIn } from "./home.ts";
import { refreshLedger } from "./refresh-ledger.ts";
import { needSameEngine } from "./same-engine.ts";
import { siteDirectory } from "./site-directory.ts";
import { checkText } from "./views/check.ts";
import { problemsJson } from "./views/problems.ts";

/** A site with all that a command on it needs to know. */
export type Session = {
  readonly directory: string;
  readonly loaded: Loaded & { readonly site: Site };
  /** As it was last applied on this machine. */
  readonly applied?: Applied;
  /** As its files want it: services whose files have errors as they were last applied, people with the passwords that they set themselves. */
  readonly wanted: Site;
  /** The site that is to be: what is held back, because it went wrong before, as it was last applied. */
  readonly site: Site;
  readonly heldBack: HeldBackServices;
  readonly layout: SiteLayout;
};

/**
 * Does something with the site that the person means, or says what is wrong with it and resolves with 10. Problems of single
 * services stop nothing here.
 */
export async function withSite(
  context: Context,
  input: Input,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  return withSiteIn(context, input, await siteDirectory(context, input), work);
}

/** The same with the site in a directory, wherever that came from. */
export async function withSiteIn(
  context: Context,
  input: Input,
  directory: string,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  const loaded = await load(directory, { images: imagesIn(context.home) });
  const { site } = loaded;
  if (site === undefined) {
    const { terminal } = context;
    terminal.say(checkText(loaded, terminal.columns));
    if (input.has("--json")) terminal.json(problemsJson(loaded.problems));
    return 10;
  }
  return work(await sessionOf(context, directory, { ...loaded, site }));
}

async function sessionOf({ roots }: Context, directory: string, loaded: Session["loaded"]): Promise<Session> {
  const { site, broken } = loaded;
  const layout = siteLayout(roots, site.name);
  const applied = await readApplied(layout.ledger);
  const whole = withHeld({ site, broken }, applied);
  const wanted = withPasswords(whole, await readPasswords(layout.ledger), applied?.site);
  return {
    directory,
    loaded,
    ...(applied && { applied }),
    wanted,
    ...withHeldBack(wanted, await readHeldBack(layout.ledger), applied),
    layout,
  };
}

/** The same with the runtime that the site has, which is closed afterwards; what is known of a site that is kept elsewhere is asked for there. */
export function withRuntime(
  context: Context,
  input: Input,
  work: (session: Session, runtime: Runtime) => Promise<number>,
): Promise<number> {
  return withSite(context, input, async (session) => {
    needSameEngine(session.applied, session.site);
    const runtime = await context.createRuntime(session.site);
    try {
      const isNews = await refreshLedger(context, runtime, session);
      return await work(isNews ? await sessionOf(context, session.directory, session.loaded) : session, runtime);
    } finally {
      await runtime.close();
    }
  });
}

/** Shows the errors of a site of which the rest goes on; warnings are for `check`. */
export function sayProblems({ terminal }: Context, { loaded }: Session): void {
  const problems = loaded.problems.filter(({ severity }) => severity === "error");
  if (problems.length > 0) terminal.say([...checkText({ ...loaded, problems }, terminal.columns), ""]);
}
