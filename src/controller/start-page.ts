import { join } from "node:path";
import { frontUser } from "../features/front.ts";
import { appliedMark, readApplied } from "../ledger/applied.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { problemOf } from "../lib/problem.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { Site } from "../site/site.ts";
import { type Served, type ServeOptions, serve } from "../start/server.ts";
import type { Supervisor } from "./supervisor.ts";
import { takeWebhook } from "./webhook.ts";

/** What the start page shows. */
export type StartPageOptions = {
  readonly layout: SiteLayout;
  readonly supervisor: Pick<Supervisor, "status">;
  /** The certificate of the site's authority, PEM. */
  readonly authority: () => Promise<string | undefined>;
  readonly log: Log;
  readonly clock: Clock;
  /** FREEHOLD_ROOT. */
  readonly root: string;
  /** Told of each good call of the webhook. */
  readonly called: () => void;
};

/** Serves the start page where the front door looks for it. Without it services run all the same: that it fails is logged. */
export async function serveStartPage(options: StartPageOptions): Promise<Served> {
  const { layout, log, root, called } = options;
  const site = appliedSite(layout.ledger);
  const answer = once(() => answerer(options, site));
  try {
    return await serve({
      socket: join(layout.start, "start.sock"),
      user: frontUser,
      log,
      take: takeWebhook({ site, root, called }),
      answer: async (asked) => (await answer())(asked),
    });
  } catch (thrown) {
    log.warn(`there is no start page: ${problemOf(thrown).message}`);
    return { close: async () => {} };
  }
}

/** Loads what pages are made of. */
export async function loadPages() {
  const [{ answerStart }, { createTries }, { createInvitations }] = await Promise.all([
    import("../start/answers.ts"),
    import("../start/tries.ts"),
    import("./invitations.ts"),
  ]);
  return { answerStart, createTries, createInvitations };
}

/** What answers. Pages are loaded when somebody first asks for one. */
async function answerer(
  { layout, supervisor, authority, clock }: StartPageOptions,
  site: () => Promise<Site | undefined>,
): Promise<ServeOptions["answer"]> {
  const { answerStart, createTries, createInvitations } = await loadPages();
  const invitations = createInvitations({ ledger: layout.ledger, site, now: clock.now });
  const sources = { site, status: supervisor.status, authority, invitations, tries: createTries(clock.now) };
  return (asked) => answerStart(sources, asked);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** The site as last applied, read again only when another one was. */
function appliedSite(ledger: string): () => Promise<Site | undefined> {
  let known: { readonly mark: string; readonly site: Site } | undefined;
  return async () => {
    const mark = await appliedMark(ledger);
    if (mark === undefined) return undefined;
    if (known?.mark === mark) return known.site;
    const applied = await readApplied(ledger);
    known = applied && { mark, site: applied.site };
    return applied?.site;
  };
}
