import { uptime } from "node:os";
import { bySupervisor, type Holder, holderOf, lock } from "../ledger/lock.ts";
import type { Clock } from "../lib/clock.ts";
import { startTime } from "../lib/proc.ts";
import { type Roots, siteLayout } from "../providers/layout.ts";
import { serveStartPage } from "./start-page.ts";
import { createSupervisor, type SupervisorOptions } from "./supervisor.ts";

/** What a supervisor works with; how it learns about processes is the kernel's business unless said. */
export type SuperviseOptions = Omit<SupervisorOptions, "layout" | "startTime" | "bootedAt"> &
  Partial<Pick<SupervisorOptions, "startTime" | "bootedAt">> & {
    readonly roots: Roots;
    /** The certificate of a site's authority, PEM; for those who are to trust it. */
    readonly authority: (site: string) => Promise<string | undefined>;
  };

/** Milliseconds from one look at the processes to the next. */
const everySecond = 1000;

/**
 * Keeps a site as it was last applied until the signal ends it, or `down` was said: starts what stopped, with growing pauses;
 * restarts what stays unhealthy; brings everything back in order after a reboot; renews certificates and mends what was
 * changed behind its back within five minutes. Between its passes it asks only the kernel and the services themselves.
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
  const startPage = await serveStartPage({ layout, supervisor, authority: () => authority(site), log, clock });
  try {
    while (!signal.aborted && (await supervisor.look()) === "go on") await pause(clock, signal);
  } finally {
    await startPage.close();
    await supervisor.settled();
    await held.release();
  }
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
