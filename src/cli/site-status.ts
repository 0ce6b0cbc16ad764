import { supervisorHolder } from "../controller/supervise.ts";
import { readKnownState } from "../ledger/known-state.ts";
import { readRestarts } from "../ledger/restarts.ts";
import { isStopped } from "../lib/proc.ts";
import { fullDisks } from "../observe/full-disks.ts";
import { leavingState } from "../observe/leaving.ts";
import { lostState } from "../observe/lost-state.ts";
import { asItIs, readOrigin } from "../observe/origin.ts";
import { status } from "../observe/status.ts";
import type { Runtime } from "../providers/provider.ts";
import type { Observation } from "../resource/observed.ts";
import { graceOf } from "../site/grace.ts";
import { askAll } from "./checks.ts";
import type { Context } from "./command.ts";
import { earlierSites } from "./earlier-sites.ts";
import { isOnCluster, placeOf } from "./on-cluster.ts";
import { pendingIn } from "./pending.ts";
import type { Session } from "./site-session.ts";
import { useOf } from "./use.ts";
import type { StatusView } from "./views/status.ts";

/** Everything that `status` shows, asked for now. */
export async function siteStatus(context: Context, session: Session, runtime: Runtime): Promise<StatusView> {
  const { site, applied, layout, loaded, directory } = session;
  const observation = await runtime.observe(site.name);
  const now = context.clock.now();
  const grace = graceOf(applied?.site ?? site);
  const [checks, restarts, holder, use, full, origin, pending, known, leaving, nodes] = await Promise.all([
    askAll(runtime, site.name, observation),
    readRestarts(layout.run),
    supervisorHolder(context.roots, site.name),
    useOf({ runtime, site: site.name, observation, clock: context.clock, signal: context.signal }),
    fullDisks(layout, observation),
    readOrigin(layout, applied?.revision),
    pendingIn(context, session),
    readKnownState(layout.ledger),
    applied === undefined || applied.stopped
      ? []
      : leavingState(layout.ledger, { desired: applied.desired, observation, grace, now }),
    runtime.whereabouts?.(site.name),
  ]);
  const found = status(site, observation, checks, now, { restarts, held: loaded.broken });
  return {
    host: placeOf(context, site),
    now,
    status: found,
    use,
    ...(nodes && { nodes }),
    full,
    wanted: applied === undefined ? unknownHere(observation) : applied.stopped ? "stopped" : "running",
    supervised: isOnCluster(site) || (holder !== undefined && !(await isStopped(holder.pid))),
    pending,
    broken: loaded.broken,
    invited: site.people.flatMap(({ name, password, invitation }) => {
      if (password !== undefined || invitation === undefined) return [];
      return [{ name, state: invitation.until > now ? ("open" as const) : ("over" as const) }];
    }),
    origin: asItIs(origin, found),
    leaving,
    lost: applied === undefined || applied.stopped ? [] : lostState(known, applied.desired, observation),
    earlier: await earlierSites(context.roots, directory, site.name),
  };
}

/** Of a site of which this machine knows nothing: somebody else may have brought it up. */
function unknownHere({ resources }: Observation): "running" | "never" {
  return resources.length > 0 ? "running" : "never";
}
