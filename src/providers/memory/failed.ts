import { fail } from "../../lib/problem.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { ApplyContext, FailedContainer, LogLine, LogQuery } from "../provider.ts";
import { chosenLines } from "./ask.ts";
import { effect } from "./effect.ts";
import { settle } from "./process.ts";
import { type MemoryWorld, thingsOf } from "./world.ts";

/** Stops a container; fine when it does not run. */
export async function stopThing(
  world: MemoryWorld,
  site: string,
  id: ResourceId,
  context: ApplyContext,
): Promise<void> {
  const thing = thingsOf(world, site).get(id);
  if (thing === undefined) return;
  settle(world, thing);
  if (thing.run?.state !== "running") return;
  await effect(world, context, `stop ${id}`);
  thing.run = { ...thing.run, state: "stopped", pid: 0, exitCode: 0 };
}

/** Stops a container and takes it out of the site's things, with its log. */
export async function keepAside(
  world: MemoryWorld,
  site: string,
  id: ResourceId,
  name: string,
  context: ApplyContext,
): Promise<void> {
  await stopThing(world, site, id, context);
  const things = thingsOf(world, site);
  const thing = things.get(id);
  if (thing?.run === undefined || thing.resource.kind !== "container") return;
  await effect(world, context, `keep ${id}`);
  const { containerId, exitCode } = thing.run;
  const kept = {
    id,
    service: thing.resource.service,
    container: thing.resource,
    name,
    containerId,
    exitCode,
    log: thing.log,
  };
  const others = (world.failed.get(site) ?? []).filter((each) => each.id !== id);
  world.failed.set(
    site,
    [...others, kept].sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  things.delete(id);
}

/** What is kept aside, by id. */
export function keptAside(world: MemoryWorld, site: string): readonly FailedContainer[] {
  return (world.failed.get(site) ?? []).map(({ log: _log, ...kept }) => kept);
}

/** The log of what is kept for an id. */
export async function* failedLog(
  world: MemoryWorld,
  site: string,
  id: ResourceId,
  query: LogQuery,
): AsyncGenerator<LogLine> {
  const kept = world.failed.get(site)?.find((each) => each.id === id);
  if (kept === undefined) fail("CONTAINER_UNKNOWN", `expected a failed container of ${id}, got none`);
  yield* chosenLines(kept.log, query);
}

/** Removes what is kept of one service, or all. */
export function removeAside(world: MemoryWorld, site: string, service: string | undefined): void {
  const left = (world.failed.get(site) ?? []).filter((each) => service !== undefined && each.service !== service);
  world.failed.set(site, left);
}
