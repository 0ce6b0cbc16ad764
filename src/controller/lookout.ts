import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { problemOf } from "../lib/problem.ts";
import type { Runtime } from "../providers/provider.ts";
import { createLostNodesWatch } from "./lost-nodes.ts";
import { holdElsewhere } from "./site-hold.ts";

/** What a lookout works with. `after`: milliseconds of silence after which a node is lost. */
export type LookoutOptions = {
  readonly site: string;
  readonly after: number;
  readonly runtime: Pick<Runtime, "alone" | "lostNodes">;
  readonly log: Log;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

/** Milliseconds by which it is later than the controller, which tells more about it. */
const behind = 20_000;

/** Milliseconds for which it waits for who works on the site: longer than one who died at it counts as at work. */
const patience = 45_000;

const pause = 5000;

/** Looks after the nodes of a cluster, and nothing else, until the signal: for when the controller itself is on one that is gone. */
export async function lookOut({ site, after, runtime, log, clock, signal }: LookoutOptions): Promise<void> {
  const watch = createLostNodesWatch({
    ...{ site, nodes: runtime.lostNodes, log, clock, signal },
    alone: async (work) => {
      const here = { release: async () => {} };
      const how = { site, runtime, what: "freehold, looking after nodes", signal, waitMilliseconds: patience };
      const held = await holdElsewhere(how, here).catch((thrown: unknown) => {
        if (problemOf(thrown).code === "LOCKED") return undefined;
        throw thrown;
      });
      try {
        return held && (await work(held.signal));
      } finally {
        await held?.release();
      }
    },
  });
  while (!signal.aborted) {
    await watch.look(after + behind);
    await clock.sleep(pause, signal).catch((thrown: unknown) => {
      if (!signal.aborted) throw thrown;
    });
  }
}
