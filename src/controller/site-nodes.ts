import { clusterOf } from "../features/cluster.ts";
import { appliedMark, readApplied } from "../ledger/applied.ts";
import { bySupervisor } from "../ledger/lock.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { problemOf } from "../lib/problem.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { Runtime } from "../providers/provider.ts";
import type { Observation } from "../resource/observed.ts";
import { createLostNodesWatch, spoken } from "./lost-nodes.ts";
import { holdOrNothing } from "./site-hold.ts";
import { noteTroubles } from "./tally.ts";

/** What the nodes of a site are looked after with. */
export type SiteNodesOptions = {
  readonly site: string;
  readonly layout: SiteLayout;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What was seen of the site the last time. */
  readonly observed: () => Observation | undefined;
};

/** The nodes that a site stands on, as its site.yaml wants them looked after. */
export type SiteNodes = {
  /** To be called each second. Never throws. */
  look(): Promise<void>;
};

/** Looks by what was last applied. Those whose state was on a node that was declared lost have that among what was the matter with them. */
export function createSiteNodes(options: SiteNodesOptions): SiteNodes {
  const { site, layout, runtime, log, clock, signal, observed } = options;
  const watch = createLostNodesWatch({
    ...{ site, nodes: runtime.lostNodes, log, clock, signal },
    onAsked: async (after) => runtime.lostNodes?.post(site, after),
    alone: async (work) => {
      const held = await holdOrNothing({ ...options, ledger: layout.ledger, what: bySupervisor });
      try {
        return held && (await work(held.signal));
      } finally {
        await held?.release();
      }
    },
  });
  let seenMark: string | undefined;
  let after: number | undefined;
  let lastTrouble = "";

  const look = async (): Promise<void> => {
    const mark = await appliedMark(layout.ledger);
    if (mark !== seenMark) {
      const applied = await readApplied(layout.ledger);
      after = applied && clusterOf(applied.site)?.nodeLostAfter;
      seenMark = mark;
    }
    for (const word of await watch.look(after)) {
      if (word.word !== "lost") continue;
      const trouble = { at: clock.now(), what: spoken(word) };
      const incidents = (observed()?.resources ?? []).flatMap(({ resource: { id }, run }) =>
        run !== undefined && word.containers.includes(id) ? [{ id, containerId: run.containerId, trouble }] : [],
      );
      await noteTroubles(layout.run, incidents);
    }
  };

  return {
    look: async () => {
      if (runtime.lostNodes === undefined) return;
      try {
        await look();
        lastTrouble = "";
      } catch (thrown) {
        const { message } = problemOf(thrown);
        if (message !== lastTrouble) log.warn(message);
        lastTrouble = message;
      }
    },
  };
}
