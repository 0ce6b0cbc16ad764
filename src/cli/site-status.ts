import { supervisorHolder } from "../controller/supervise.ts";
import { readRestarts } from "../ledger/restarts.ts";
import { problemOf } from "../lib/problem.ts";
import { isStopped } from "../lib/proc.ts";
import { fullDisks } from "../observe/full-disks.ts";
import { status } from "../observe/status.ts";
import type { Runtime } from "../providers/provider.ts";
import { digest } from "../resource/digest.ts";
import type { Observation } from "../resource/observed.ts";
import { askAll } from "./checks.ts";
import type { Context } from "./command.ts";
import { earlierSites } from "./earlier-sites.ts";
import type { Session } from "./site-session.ts";
import type { StatusView } from "./views/status.ts";

/** Everything that `status` shows, asked for now. */
export async function siteStatus(context: Context, session: Session, runtime: Runtime): Promise<StatusView> {
  const { site, applied, layout, loaded, directory } = session;
  const observation = await runtime.observe(site.name);
  const [checks, restarts, holder, memory, full] = await Promise.all([
    askAll(runtime, site.name, observation),
    readRestarts(layout.run),
    supervisorHolder(context.roots, site.name),
    memoryOf(runtime, site.name, observation),
    fullDisks(layout, observation),
  ]);
  return {
    host: context.host,
    status: status(site, observation, checks, context.clock.now(), { restarts, held: loaded.broken }),
    memory,
    full,
    wanted: applied === undefined ? "never" : applied.stopped ? "stopped" : "running",
    supervised: holder !== undefined && !(await isStopped(holder.pid)),
    pending: applied !== undefined && !applied.stopped && digest(applied.site) !== digest(site),
    broken: loaded.broken,
    invited: site.people.flatMap(({ name, password, invitation }) => {
      if (password !== undefined || invitation === undefined) return [];
      return [{ name, state: invitation.until > context.clock.now() ? ("open" as const) : ("over" as const) }];
    }),
    earlier: await earlierSites(context.roots, directory, site.name),
  };
}

/** Bytes that each service uses; a container that ended meanwhile uses none. */
async function memoryOf(
  runtime: Runtime,
  site: string,
  { resources }: Observation,
): Promise<ReadonlyMap<string, number>> {
  const used = new Map<string, number>();
  for (const { resource, run } of resources) {
    if (resource.kind !== "container" || run?.state !== "running") continue;
    const bytes = await usedBy(runtime, site, resource.id);
    used.set(resource.service, (used.get(resource.service) ?? 0) + bytes);
  }
  return used;
}

async function usedBy(runtime: Runtime, site: string, id: string): Promise<number> {
  try {
    return (await runtime.enforced(site, id)).memoryUsed;
  } catch (thrown) {
    if (problemOf(thrown).kind === "bug") throw thrown;
    return 0;
  }
}
