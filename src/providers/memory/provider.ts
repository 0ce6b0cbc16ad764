import { mailbox } from "../../lib/mailbox.ts";
import type { Observation, Observed, Slots } from "../../resource/observed.ts";
import type { Kind, Resource } from "../../resource/resource.ts";
import type { Changed, Runtime } from "../provider.ts";
import { applyStep, removeThing } from "./apply.ts";
import { askHealth, containerOf, readLog, runCommand, tryWays } from "./ask.ts";
import { failedLog, keepAside, keptAside, removeAside, stopThing } from "./failed.ts";
import { isStale, leadsOf, servedPorts, settle } from "./process.ts";
import { memorySnapshots } from "./snapshots.ts";
import { type MemoryWorld, type Thing, thingsOf } from "./world.ts";

const kinds: readonly Kind[] = [
  "image",
  "network",
  "volume",
  "file",
  "certificate",
  "secret",
  "link",
  "container",
  "manifest",
];

/** A runtime over a machine in memory: every rule of the port, no effect outside. The fake of all other suites. */
export function memoryRuntime(world: MemoryWorld): Runtime {
  const tell = (site: string, { kind }: Resource): void => {
    for (const listener of world.listeners) listener(site, words[kind]);
  };
  return {
    kinds,
    observe: async (site) => observeWorld(world, site),
    apply: (site, step, context) => applyStep(world, site, step, context).finally(() => tell(site, step.resource)),
    remove: (site, resource, context) =>
      removeThing(world, site, resource, context).finally(() => tell(site, resource)),
    check: async (site, container) => askHealth(world, site, container),
    logs: (site, id, query) => readLog(world, site, id, query),
    exec: async (site, id, command) => runCommand(world, site, id, command),
    enforced: async (site, id) => ({
      ...containerOf(world, site, id).resource.limits,
      memoryUsed: 4096,
      processorTime: 10,
    }),
    probe: async (site, id, targets) => tryWays(world, site, id, targets),
    listening: async (site, id) => servedPorts(containerOf(world, site, id).resource),
    inUse: async (site, id) => thingsOf(world, site).has(id) && world.inUse(id),
    changes: (site, signal) => readChanges(world, site, signal),
    stop: (site, id, context) => stopThing(world, site, id, context),
    keepFailed: (site, id, name, context) => keepAside(world, site, id, name, context),
    failed: async (site) => keptAside(world, site),
    failedLogs: (site, id, query) => failedLog(world, site, id, query),
    removeFailed: async (site, service) => removeAside(world, site, service),
    snapshots: memorySnapshots(world),
    close: async () => {},
  };
}

const words: Readonly<Record<Kind, Changed>> = {
  image: "container",
  network: "network",
  volume: "state",
  file: "file",
  certificate: "file",
  secret: "file",
  link: "firewall",
  container: "container",
  manifest: "file",
};

async function* readChanges(world: MemoryWorld, site: string, signal: AbortSignal): AsyncGenerator<Changed> {
  const box = mailbox<Changed>();
  const listener = (where: string, what: Changed): void => {
    if (where === site) box.post(what);
  };
  world.listeners.add(listener);
  try {
    yield* box.read(signal);
  } finally {
    world.listeners.delete(listener);
  }
}

function observeWorld(world: MemoryWorld, site: string): Observation {
  const things = thingsOf(world, site);
  const resources = [...things.values()]
    .map((thing) => observed(world, things, thing))
    .sort((a, b) => (a.resource.id < b.resource.id ? -1 : 1));
  const foreign = [...world.sites].flatMap(([name, theirs]) => (name === site ? [] : Object.values(slotsOf(theirs))));
  return { resources, slots: slotsOf(things), foreignSlots: foreign.sort((a, b) => a - b) };
}

function observed(world: MemoryWorld, things: ReadonlyMap<string, Thing>, thing: Thing): Observed {
  settle(world, thing);
  const { resource, run } = thing;
  return {
    resource,
    ...(run === undefined ? {} : { run }),
    ...(isStale(things, thing) ? { amiss: "not reloaded" } : {}),
    ...leadsOf(thing),
  };
}

function slotsOf(things: ReadonlyMap<string, Thing>): Slots {
  return Object.fromEntries(
    [...things.values()].flatMap(({ resource }) => ("slot" in resource ? [[resource.service, resource.slot]] : [])),
  );
}
