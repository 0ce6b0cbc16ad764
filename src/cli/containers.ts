import { fail } from "../lib/problem.ts";
import type { Container } from "../resource/kinds/container.ts";
import type { Observation } from "../resource/observed.ts";
import { withOnePerPlace } from "../resource/turns.ts";
import type { Site } from "../site/site.ts";
import { unknownService } from "./narrow.ts";

/** The containers among all that is observed. */
export function containersIn({ resources }: Observation): readonly Container[] {
  return resources.flatMap(({ resource }) => (resource.kind === "container" ? [resource] : []));
}

/** Those of the services named; of all when none is. Problem: `SERVICE_UNKNOWN`. */
export function containersOf(all: readonly Container[], site: Site, names: readonly string[]): readonly Container[] {
  const known = new Set([...site.services.map(({ name }) => name), ...all.map(({ service }) => service)]);
  for (const name of names) if (!known.has(name)) unknownService(name, known);
  return names.length === 0 ? all : all.filter(({ service }) => names.includes(service));
}

/**
 * The one container that `SERVICE` or `SERVICE/PART` means; of replicas the first. Problems: `SERVICE_UNKNOWN`, `PART_NEEDED`,
 * `PART_UNKNOWN`, `SERVICE_STOPPED`.
 */
export function containerOf(observation: Observation, site: Site, word: string): Container {
  const [service = "", part] = word.split("/");
  const found = containersOf(containersIn(withOnePerPlace(observation)), site, [service]);
  const parts = [...new Set(found.map((container) => container.part))];
  if (parts.length === 0) {
    return fail("SERVICE_STOPPED", `expected ${service} to run, got nothing of it`, { hint: `freehold up ${service}` });
  }
  const [only, second] = parts;
  if (part === undefined && second !== undefined) {
    return fail("PART_NEEDED", `expected a part of ${service}: ${parts.join(", ")}`, {
      hint: `name one: ${service}/${only}`,
    });
  }
  const wanted = part ?? only;
  return (
    found.find((container) => container.part === wanted) ??
    fail("PART_UNKNOWN", `expected a part of ${service}, got "${part}"`, { hint: `it has ${parts.join(", ")}` })
  );
}
