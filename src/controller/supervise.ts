import { uptime } from "node:os";
import { appliedMark } from "../ledger/applied.ts";
import { bySupervisor, type Holder, holderOf, lock } from "../ledger/lock.ts";
import { sourceMark } from "../ledger/source.ts";
import type { Clock } from "../lib/clock.ts";
import { problemOf } from "../lib/problem.ts";
import { startTime } from "../lib/proc.ts";
import { type Roots, type SiteLayout, siteLayout } from "../providers/layout.ts";
import { createFollower, type Follower, type FollowOptions } from "./follow.ts";
import { serveStartPage } from "./start-page.ts";
import { createSupervisor, type SupervisorOptions } from "./supervisor.ts";

/** What a supervisor works with; how it learns about processes is the kernel's business unless said. */
export type SuperviseOptions = Omit<SupervisorOptions, "layout" | "startTime" | "bootedAt"> &
  Partial<Pick<SupervisorOptions, "startTime" | "bootedAt">> & {
    readonly roots: Roots;
    /** The certificate of a site's authority, PEM; for those who are to trust it. */
    readonly authority: (site: string) => Promise<string | undefined>;
    /** The port of the start page; absent: a socket of this machine. */
    readonly port?: number;
    /** How the site's source is asked, and a head of it brought to the machine. Absent: no source is followed. */
    readonly follow?: Pick<FollowOptions, "head" | "fetch" | "deploy">;
  };

/** Milliseconds from one look at the processes to the next. */
const everySecond = 1000;

/**
 * Keeps a site as it was last applied until the signal ends it, or `down` was said: starts what stopped, with growing pauses;
 * restarts what stays unhealthy; brings everything back in order after a reboot; renews certificates and mends what was
 * changed behind its back within five minutes. Between its passes it asks only the kernel and the services themselves. Beside that it
 * follows the site's source, and for one that nothing was brought up of yet it does only that.
 *
 * Problem: `LOCKED` when the site has a supervisor already.
 */
export async function supervise(options: SuperviseOptions): Promise<void> {
  const { roots, site, signal, clock, authority, log } = options;
  const layout = siteLayout(roots, site);
  const held = await lock(layout.ledger, bySupervisor, { of: "supervisor", clock });
  const supervisor = createSupervisor({
    ...options,
    layout,
    startTime: options.startTime ?? startTime,
    bootedAt: options.bootedAt ?? Date.now() - uptime() * 1000,
  });
  const isAwaited = awaiting(layout);
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const follower = options.follow && createFollower({ ...options.follow, layout, clock, log, signal: either });
  const called = (): void => follower?.called();
  const { port } = options;
  const pages = {
    ...{ layout, supervisor, authority: () => authority(site), log, clock, root: roots.root, called },
    ...(port !== undefined && { port }),
  };
  const startPage = await serveStartPage(pages);
  const followed = follower === undefined ? undefined : keepFollowing(follower, options, either);
  try {
    while (!signal.aborted && ((await isAwaited()) || (await supervisor.look()) === "go on"))
      await pause(clock, signal);
  } finally {
    over.abort(new Error("nothing is to run any more"));
    await followed;
    await startPage.close();
    await supervisor.settled();
    await held.release();
  }
}

/** Whether nothing of the site was ever brought up, and a source is followed from which it will be. What was deleted is not awaited. */
function awaiting({ ledger }: SiteLayout): () => Promise<boolean> {
  let wasThere = false;
  return async () => {
    wasThere ||= (await appliedMark(ledger)) !== undefined;
    return !wasThere && (await sourceMark(ledger)) !== undefined;
  };
}

/** Looks each second, beside the passes, which may wait long for a service. */
async function keepFollowing(
  follower: Follower,
  { clock, log }: Pick<SuperviseOptions, "clock" | "log">,
  signal: AbortSignal,
): Promise<void> {
  let lastTrouble = "";
  while (!signal.aborted) {
    try {
      await follower.look();
      lastTrouble = "";
    } catch (thrown) {
      const { message } = problemOf(thrown);
      if (message !== lastTrouble) log.warn(message);
      lastTrouble = message;
    }
    await pause(clock, signal);
  }
  await follower.settled();
}

/** Who supervises a site now; undefined: nobody. */
export function supervisorHolder(roots: Roots, site: string): Promise<Holder | undefined> {
  return holderOf(siteLayout(roots, site).ledger, "supervisor");
}

/** Sleeps; an end by the signal is no error here. */
async function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(everySecond, signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}
