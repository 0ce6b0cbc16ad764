import { assignSlots } from "../features/addresses.ts";
import { compile } from "../features/compile.ts";
import { startFirst } from "../features/start-first.ts";
import type { ResourceId } from "../resource/base.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { Observation, Observed } from "../resource/observed.ts";
import type { Resource } from "../resource/resource.ts";
import { sameThing } from "../resource/same.ts";
import { ledTo, placeKey, type Turns, turnsOf } from "../resource/turns.ts";
import type { Site } from "../site/site.ts";

/**
 * What a site comes to on a machine as it was observed: each service where it stands, and where a container would have to be replaced
 * that may be relieved, the other of the two that have its place. Pure.
 */
export function compileInTurn(site: Site, observation: Observation): Resource[] {
  const slots = slotsFor(site, observation);
  const held = turnsOf(observation);
  const desired = compile(site, slots, held);
  const relieved = desired
    .filter((resource) => resource.kind === "container")
    .filter(isRelieved(site, desired, observation));
  return relieved.length === 0 ? desired : compile(site, slots, flipped(held, relieved));
}

/** The services that run here get a place each; those that have one keep it. */
function slotsFor({ services }: Site, { slots, foreignSlots }: Observation): Observation["slots"] {
  const here = services.filter(({ parts }) => parts.length > 0).map(({ name }) => name);
  return assignSlots(here, slots, foreignSlots);
}

/**
 * Whether a container is to be relieved: it is another one now, runs, visitors are led to it, and both what it was and what it is to be
 * may have a second one beside it, in the same network.
 */
function isRelieved(
  site: Site,
  desired: readonly Resource[],
  observation: Observation,
): (wanted: Container) => boolean {
  const found = new Map(observation.resources.map((observed) => [observed.resource.id, observed]));
  const wanted = new Map(desired.map((resource) => [resource.id, resource]));
  const services = startFirst(site);
  const led = ledTo(observation);
  return (container) => {
    const was = found.get(container.id);
    return (
      was?.run?.state === "running" &&
      services.has(container.service) &&
      led.has(container.id) &&
      !sameThing(was.resource, container) &&
      keepsNetwork(container, found, wanted)
    );
  };
}

function keepsNetwork(
  { network }: Container,
  found: ReadonlyMap<ResourceId, Observed>,
  wanted: ReadonlyMap<ResourceId, Resource>,
): boolean {
  if (network.mode !== "service") return false;
  const was = found.get(network.id)?.resource;
  const will = wanted.get(network.id);
  return was !== undefined && will !== undefined && sameThing(was, will);
}

function flipped(held: Turns, relieved: readonly Container[]): Turns {
  const keys = new Set(relieved.map(placeKey));
  const back = Object.entries(held).filter(([key]) => !keys.has(key));
  const on = [...keys].filter((key) => !Object.hasOwn(held, key)).map((key) => [key, "b"] as const);
  return Object.fromEntries([...back, ...on]);
}
