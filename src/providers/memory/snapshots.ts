import { fail } from "../../lib/problem.ts";
import type { ApplyContext } from "../provider.ts";
import { isSnapshotName, outdated, type Snapshot, type SnapshotCost, type Snapshots } from "../snapshots.ts";
import { effect } from "./effect.ts";
import { settle } from "./process.ts";
import { type MemoryWorld, type TakenSnapshot, type Thing, thingsOf } from "./world.ts";

/** Snapshots in memory: every rule of the port. `take SERVICE` and `restore SERVICE` are effects of this world. */
export function memorySnapshots(world: MemoryWorld): Snapshots {
  return {
    cost: async (site, service) => costOf(world, site, service),
    take: (site, service, name, context) => take(world, site, service, name, context),
    restore: (site, service, name, context) => restore(world, site, service, name, context),
    list: async (site) => takenOf(world, site).map(({ volumes: _volumes, ...snapshot }) => snapshot),
    remove: async (site, service, name) =>
      keepOnly(world, site, (each) => each.service !== service || each.name !== name),
    prune: async (site, service) => {
      const old = outdated(
        takenOf(world, site).filter((each) => each.service === service),
        world.clock.now(),
      );
      keepOnly(world, site, (each) => !old.includes(each));
    },
  };
}

/** With the last volume of a service its snapshots go. */
export function forgetSnapshots(world: MemoryWorld, site: string, service: string): void {
  if (volumesOf(world, site, service).length === 0) keepOnly(world, site, (each) => each.service !== service);
}

async function take(
  world: MemoryWorld,
  site: string,
  service: string,
  name: string,
  context: ApplyContext,
): Promise<Snapshot> {
  if (!isSnapshotName(name)) fail("BUG", `expected a snapshot's name, got "${name}"`, { kind: "bug" });
  const there = takenOf(world, site).find((each) => each.service === service && each.name === name);
  const { way } = costOf(world, site, service);
  if (there === undefined) {
    if (way !== "atomic") refuseInUse(world, site, service);
    await effect(world, context, `take ${service}`);
  }
  const volumes = new Map(
    volumesOf(world, site, service).map(({ resource, data }) => [resource.id, { resource, data: new Map(data) }]),
  );
  const taken = there ?? { service, name, at: world.clock.now(), way, bytes: sizeOf(volumes.values()), volumes };
  if (there === undefined) world.snapshots.set(site, [...takenOf(world, site), taken].sort(byServiceNewestFirst));
  const { volumes: _volumes, ...snapshot } = taken;
  return snapshot;
}

async function restore(
  world: MemoryWorld,
  site: string,
  service: string,
  name: string,
  context: ApplyContext,
): Promise<void> {
  const taken = takenOf(world, site).find((each) => each.service === service && each.name === name);
  if (taken === undefined) return fail("SNAPSHOT_UNKNOWN", `expected a snapshot ${name} of ${service}, got none`);
  refuseInUse(world, site, service);
  await effect(world, context, `restore ${service}`);
  const things = thingsOf(world, site);
  for (const { resource } of volumesOf(world, site, service)) things.delete(resource.id);
  for (const [id, { resource, data }] of taken.volumes) things.set(id, { resource, data: new Map(data), log: [] });
}

function costOf(world: MemoryWorld, site: string, service: string): SnapshotCost {
  const volumes = volumesOf(world, site, service);
  if (volumes.length === 0) fail("STATE_NONE", `expected state of ${service}, got none`);
  const way = world.snapshotWay;
  return { way, bytes: way === "copy" ? sizeOf(volumes) : 0, milliseconds: way === "copy" ? 1000 : 100 };
}

function sizeOf(volumes: Iterable<{ readonly data: ReadonlyMap<string, string> }>): number {
  return [...volumes].flatMap(({ data }) => [...data.values()]).reduce((sum, text) => sum + text.length, 0);
}

function refuseInUse(world: MemoryWorld, site: string, service: string): void {
  const things = thingsOf(world, site);
  for (const thing of things.values()) {
    settle(world, thing);
    const { resource, run } = thing;
    if (resource.kind !== "container" || run?.state !== "running") continue;
    if (resource.mounts.some(({ source }) => isVolumeOf(things.get(source), service)))
      fail("STATE_IN_USE", `expected nothing to use the state of ${service}, got ${resource.id} running`, {
        kind: "waiting",
      });
  }
}

function volumesOf(world: MemoryWorld, site: string, service: string): readonly Thing[] {
  return [...thingsOf(world, site).values()].filter((thing) => isVolumeOf(thing, service));
}

function isVolumeOf(thing: Thing | undefined, service: string): boolean {
  return thing?.resource.kind === "volume" && thing.resource.service === service;
}

function takenOf(world: MemoryWorld, site: string): readonly TakenSnapshot[] {
  return world.snapshots.get(site) ?? [];
}

function keepOnly(world: MemoryWorld, site: string, isKept: (snapshot: TakenSnapshot) => boolean): void {
  world.snapshots.set(site, takenOf(world, site).filter(isKept));
}

function byServiceNewestFirst(a: Snapshot, b: Snapshot): number {
  if (a.service !== b.service) return a.service < b.service ? -1 : 1;
  return a.name < b.name ? 1 : -1;
}
