import { join } from "node:path";
import { frontUser } from "../features/front.ts";
import { appliedMark, readApplied } from "../ledger/applied.ts";
import { readRestarts } from "../ledger/restarts.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { problemOf } from "../lib/problem.ts";
import { asItIs, type Origin, readOrigin } from "../observe/origin.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { Site } from "../site/site.ts";
import type { Revision } from "../source/revision.ts";
import type { MetricsFacts } from "../start/metrics.ts";
import { type Served, type ServeOptions, serve } from "../start/server.ts";
import type { Supervisor } from "./supervisor.ts";
import { takeWebhook } from "./webhook.ts";

/** What the start page shows. */
export type StartPageOptions = {
  readonly layout: SiteLayout;
  readonly supervisor: Pick<Supervisor, "status" | "leaving" | "doings">;
  /** The certificate of the site's authority, PEM. */
  readonly authority: () => Promise<string | undefined>;
  readonly log: Log;
  readonly clock: Clock;
  /** FREEHOLD_ROOT. */
  readonly root: string;
  /** Told of each good call of the webhook. */
  readonly called: () => void;
  /** The port to serve it on; absent: the socket that the front door of this machine sees. */
  readonly port?: number;
};

/** Serves the start page where the front door looks for it. Without it services run all the same: that it fails is logged. */
export async function serveStartPage(options: StartPageOptions): Promise<Served> {
  const { layout, log, root, called, port } = options;
  const applied = lastApplied(layout.ledger);
  const site = async (): Promise<Site | undefined> => (await applied())?.site;
  const answer = once(() => answerer(options, applied));
  try {
    return await serve({
      at: port === undefined ? { socket: join(layout.start, "start.sock"), user: frontUser } : { port },
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
  applied: () => Promise<LastApplied | undefined>,
): Promise<ServeOptions["answer"]> {
  const { answerStart, createTries, createInvitations } = await loadPages();
  const site = async (): Promise<Site | undefined> => (await applied())?.site;
  const origin = async (): Promise<Origin> => readOrigin(layout, (await applied())?.revision);
  const startedAt = Math.round(clock.now() - process.uptime() * 1000);
  const metrics = async (shown: Site): Promise<MetricsFacts | undefined> => {
    const status = supervisor.status(shown, await readRestarts(layout.run));
    if (status === undefined) return undefined;
    const { user, system } = process.cpuUsage();
    return {
      status,
      origin: asItIs(await origin(), status),
      leaving: supervisor.leaving(),
      doings: supervisor.doings(),
      process: { memory: process.memoryUsage.rss(), processorTime: (user + system) / 1000, startedAt },
    };
  };
  const invitations = createInvitations({ ledger: layout.ledger, site, now: clock.now });
  const { status } = supervisor;
  const sources = { site, status, origin, metrics, authority, invitations, tries: createTries(clock.now) };
  return (asked) => answerStart(sources, asked);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** What pages need of what was last applied. */
type LastApplied = { readonly site: Site; readonly revision: Revision | undefined };

/** What was last applied, read again only when something else was. */
function lastApplied(ledger: string): () => Promise<LastApplied | undefined> {
  let known: (LastApplied & { readonly mark: string }) | undefined;
  return async () => {
    const mark = await appliedMark(ledger);
    if (mark === undefined) return undefined;
    if (known?.mark === mark) return known;
    const applied = await readApplied(ledger);
    known = applied && { mark, site: applied.site, revision: applied.revision };
    return known;
  };
}
