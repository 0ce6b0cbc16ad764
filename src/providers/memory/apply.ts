import { fail } from "../../lib/problem.ts";
import type { Container } from "../../resource/kinds/container.ts";
import type { Resource } from "../../resource/resource.ts";
import { sameThing } from "../../resource/same.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import { effect } from "./effect.ts";
import { isStale, liveContent, settle, startProcess } from "./process.ts";
import { forgetSnapshots } from "./snapshots.ts";
import { type MemoryWorld, type Thing, thingsOf } from "./world.ts";

/** Makes the world as a step says; see the port for what each action means. */
export async function applyStep(
  world: MemoryWorld,
  site: string,
  step: ApplyStep,
  context: ApplyContext,
): Promise<void> {
  const { resource } = step;
  if (resource.kind === "container") return applyContainer(world, site, step, resource, context);
  const things = thingsOf(world, site);
  const found = things.get(resource.id);
  if (found !== undefined && sameThing(found.resource, resource)) return;
  if (found !== undefined && step.action === "replace") {
    await effect(world, context, `remove ${resource.id}`);
    for (const id of attached(things, resource)) things.delete(id);
    things.delete(resource.id);
  }
  await effect(world, context, `${step.action} ${resource.id}`);
  things.set(resource.id, { resource, data: found?.data ?? new Map(), log: [] });
}

async function applyContainer(
  world: MemoryWorld,
  site: string,
  step: ApplyStep,
  resource: Container,
  context: ApplyContext,
): Promise<void> {
  const things = thingsOf(world, site);
  const found = things.get(resource.id);
  if (found !== undefined && !sameThing(found.resource, resource)) {
    await effect(world, context, `remove ${resource.id}`);
    things.delete(resource.id);
  }
  const thing = things.get(resource.id) ?? (await makeContainer(world, things, resource, context));
  settle(world, thing);
  if (thing.run?.state !== "running" || (step.action === "update" && step.was.amiss === "unhealthy")) {
    context.report("starting");
    refuseTakenAddress(things, resource);
    await effect(world, context, `start ${resource.id}`);
    startProcess(world, things, thing);
  } else if (isStale(things, thing)) {
    await effect(world, context, `reload ${resource.id}`);
    thing.loaded = liveContent(things, resource);
  }
}

async function makeContainer(
  world: MemoryWorld,
  things: Map<string, Thing>,
  resource: Container,
  context: ApplyContext,
): Promise<Thing> {
  const images = [...things.values()].flatMap((thing) => (thing.resource.kind === "image" ? [thing.resource] : []));
  if (!images.some(({ reference }) => reference === resource.image)) {
    fail("IMAGE_MISSING", `expected the image ${resource.image} to be present`);
  }
  for (const id of [networkOf(resource), resource.secrets?.source, ...resource.mounts.map(({ source }) => source)]) {
    if (id !== undefined && id !== "certificates" && id !== "start" && !things.has(id)) {
      fail("CONTAINER_NEEDS", `expected ${id} to exist before ${resource.id}`, { kind: "bug" });
    }
  }
  await effect(world, context, `create ${resource.id}`);
  const containerId = `c${world.effects}`;
  const run = { state: "stopped", pid: 0, startedAt: 0, exitCode: 0, containerId } as const;
  const thing: Thing = { resource, run, data: new Map(), log: [] };
  things.set(resource.id, thing);
  return thing;
}

/** Two containers cannot have one address at a time; who holds it may be about to go. */
function refuseTakenAddress(things: ReadonlyMap<string, Thing>, { id, network }: Container): void {
  if (network.mode !== "service") return;
  for (const { resource } of things.values()) {
    if (resource.kind !== "container" || resource.id === id || resource.network.mode !== "service") continue;
    if (resource.network.address === network.address) {
      fail("ADDRESS_TAKEN", `expected ${network.address} to be free, got ${resource.id}`, { kind: "transient" });
    }
  }
}

/** Takes a thing away. Refuses what the machine would refuse: a network in use, a mounted volume or file. */
export async function removeThing(
  world: MemoryWorld,
  site: string,
  resource: Resource,
  context: ApplyContext,
): Promise<void> {
  const things = thingsOf(world, site);
  if (!things.has(resource.id)) return;
  const user = users(things, resource)[0];
  if (user !== undefined) fail("IN_USE", `expected nobody to use ${resource.id}, got ${user}`, { kind: "transient" });
  await effect(world, context, `remove ${resource.id}`);
  things.delete(resource.id);
  if (resource.kind === "volume") forgetSnapshots(world, site, resource.service);
}

function users(things: ReadonlyMap<string, Thing>, { id }: Resource): readonly string[] {
  return [...things.values()].flatMap(({ resource }) =>
    resource.kind === "container" && (networkOf(resource) === id || resource.mounts.some(({ source }) => source === id))
      ? [resource.id]
      : [],
  );
}

function attached(things: ReadonlyMap<string, Thing>, network: Resource): readonly string[] {
  return network.kind === "network" ? users(things, network) : [];
}

function networkOf({ network }: Container): string | undefined {
  return network.mode === "service" ? network.id : undefined;
}
