import type { ResourceId } from "./base.ts";
import type { Container } from "./kinds/container.ts";
import type { Observation, Observed } from "./observed.ts";

/** The places whose container is the second of two that relieve each other, by `SERVICE/PART/REPLICA`; all others have the first. */
export type Turns = Readonly<Record<string, "b">>;

/** Names the place that a container fills, whichever of the two it is. */
export function placeKey({ service, part, replica }: Pick<Container, "service" | "part" | "replica">): string {
  return `${service}/${part}/${replica}`;
}

/**
 * Which of two containers each place has. Where both are there, since one was just relieving the other, it is the one that runs; if
 * both do, the one that visitors are handed on to; if that cannot be told, the first.
 */
export function turnsOf(observation: Observation): Turns {
  const led = ledTo(observation);
  const isUsed = ({ resource: { id } }: Observed): boolean => led.has(id);
  const found = observation.resources.flatMap((observed) =>
    observed.resource.kind === "container"
      ? [{ observed, key: placeKey(observed.resource), turn: observed.resource.turn }]
      : [],
  );
  return Object.fromEntries(
    [...Map.groupBy(found, ({ key }) => key)].flatMap(([key, both]) => {
      const running = both.filter(({ observed }) => observed.run?.state === "running");
      const [only, another] = running.length === 1 ? running : both;
      const held = another === undefined ? only : both.find(({ observed }) => isUsed(observed));
      return held?.turn === "b" ? [[key, "b"] as const] : [];
    }),
  );
}

/**
 * The containers that visitors are handed on to now and that may be relieved: as the front door last took it up, which may be older than
 * its file; where it does not run, as it will.
 */
export function ledTo({ resources }: Observation): ReadonlySet<ResourceId> {
  const loaded = resources.flatMap(({ leads }) => (leads === undefined ? [] : [leads]));
  if (loaded.length > 0) return new Set(loaded.flat());
  return new Set(resources.flatMap(({ resource }) => (resource.kind === "file" ? (resource.handsTo ?? []) : [])));
}

/** An observation with one container in each place: of two that are just relieving each other, the one in use. */
export function withOnePerPlace(observation: Observation): Observation {
  const turns = turnsOf(observation);
  const resources = observation.resources.filter(
    ({ resource }) => resource.kind !== "container" || resource.turn === turns[placeKey(resource)],
  );
  return { ...observation, resources };
}
