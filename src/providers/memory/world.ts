import { type Clock, systemClock } from "../../lib/clock.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { Observed } from "../../resource/observed.ts";
import type { Resource } from "../../resource/resource.ts";
import type { Changed, FailedContainer } from "../provider.ts";
import type { Snapshot, SnapshotWay } from "../snapshots.ts";

/** How a container of this world behaves, in milliseconds from its start; absent: it answers at once and never ends. */
export type Behaviour = {
  readonly answersAfter?: number;
  readonly endsAfter?: number;
  readonly exitCode?: number;
  /** What it prints when it starts. */
  readonly says?: readonly string[];
};

/** What a world of memory can be told to do. */
export type MemoryOptions = {
  readonly clock?: Clock;
  readonly behaviour?: (container: Container) => Behaviour;
  /**
   * Called before each effect on the world, counted from 1 (`create network/blog`). What it throws is thrown by the apply,
   * and the effect does not happen: a failure once, a killed process if it throws for ever after. It may also wait.
   */
  readonly onEffect?: (count: number, what: string) => void | Promise<void>;
  /** How its disk takes snapshots; default `atomic`. */
  readonly snapshotWay?: SnapshotWay;
};

/** A thing of this world. */
export type Thing = {
  resource: Resource;
  run?: NonNullable<Observed["run"]>;
  /** What a running container has loaded of its live mounts. */
  loaded?: ReadonlyMap<string, string>;
  /** A volume's files by path. */
  readonly data: Map<string, string>;
  readonly log: { at: number; text: string }[];
};

/** A container of this world that was put aside. */
export type FailedThing = FailedContainer & { readonly log: Thing["log"] };

/** A snapshot of this world: each volume, and its files. */
export type TakenSnapshot = Snapshot & {
  readonly volumes: ReadonlyMap<
    ResourceId,
    { readonly resource: Resource; readonly data: ReadonlyMap<string, string> }
  >;
};

/** A machine in memory with several sites on it. Providers made over the same world are like processes on one machine. */
export type MemoryWorld = {
  readonly clock: Clock;
  readonly behaviour: (container: Container) => Behaviour;
  readonly sites: Map<string, Map<ResourceId, Thing>>;
  /** By site. */
  readonly failed: Map<string, readonly FailedThing[]>;
  readonly snapshots: Map<string, readonly TakenSnapshot[]>;
  snapshotWay: SnapshotWay;
  /** Whether somebody has a connection to a container; nobody unless said. */
  inUse: (id: ResourceId) => boolean;
  onEffect: NonNullable<MemoryOptions["onEffect"]>;
  effects: number;
  processes: number;
  /** Who is told what somebody changed, see {@link meddle}. */
  readonly listeners: Set<(site: string, what: Changed) => void>;
};

/** An empty machine. */
export function memoryWorld(options: MemoryOptions = {}): MemoryWorld {
  return {
    clock: options.clock ?? systemClock,
    behaviour: options.behaviour ?? (() => ({})),
    onEffect: options.onEffect ?? (() => {}),
    sites: new Map(),
    failed: new Map(),
    snapshots: new Map(),
    snapshotWay: options.snapshotWay ?? "atomic",
    inUse: () => false,
    effects: 0,
    processes: 1000,
    listeners: new Set(),
  };
}

/** The things of one site; made when first asked for. */
export function thingsOf(world: MemoryWorld, site: string): Map<ResourceId, Thing> {
  const things = world.sites.get(site) ?? new Map<ResourceId, Thing>();
  world.sites.set(site, things);
  return things;
}

/** Ends a container's process from outside, as a crash would. */
export function killContainer(world: MemoryWorld, site: string, id: ResourceId): void {
  const thing = thingsOf(world, site).get(id);
  if (thing?.run !== undefined) thing.run = { ...thing.run, state: "stopped", pid: 0, exitCode: 137 };
}

/** Changes something of a site behind everybody's back, and lets who listens know that there was something. */
export function meddle(
  world: MemoryWorld,
  site: string,
  what: Changed,
  edit: (things: Map<ResourceId, Thing>) => void,
): void {
  edit(thingsOf(world, site));
  for (const tell of world.listeners) tell(site, what);
}

/** A reboot: every process of every site is gone, everything else is as it was. */
export function reboot(world: MemoryWorld): void {
  for (const [site, things] of world.sites) for (const id of things.keys()) killContainer(world, site, id);
}
