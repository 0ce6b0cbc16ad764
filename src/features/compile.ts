import type { Slots } from "../resource/observed.ts";
import type { Resource } from "../resource/resource.ts";
import type { Turns } from "../resource/turns.ts";
import type { Site } from "../site/site.ts";
import { compileApps } from "./apps/compile.ts";
import { compileCertificates } from "./certificates/compile.ts";
import { compileIngress } from "./ingress/compile.ts";
import { compileIsolation } from "./isolation/compile.ts";
import { compileManifests } from "./manifests/compile.ts";
import { type Places, placesOf } from "./places.ts";

/** Translates one concern of a site into resources. Pure; features know nothing of each other. */
type Feature = (site: Site, places: Places) => readonly Resource[];

/** What a site is made of, feature by feature. The order plays no part in the result. */
const features: readonly Feature[] = [
  compileApps,
  compileIsolation,
  compileIngress,
  compileCertificates,
  compileManifests,
];

/**
 * Translates a site into everything that must exist on the machine: frozen, sorted by id, each id once, every id that is
 * needed among them. Same input, same bytes; takes time in proportion to the site. What the result shares with `site` is
 * frozen too. `slots` has a place for each service that runs here ({@link assignSlots} in addresses.ts); `turns` says where the second of
 * two containers is that relieve each other, and makes a difference to that service's containers, who leads to them, and nothing else.
 *
 * Problems: `ADDRESSES_EXHAUSTED` when one service has more than 253 processes; `SLOT_MISSING`, a bug.
 */
export function compile(site: Site, slots: Slots, turns: Turns = {}): Resource[] {
  const places = placesOf(site, slots, turns);
  const resources = features.flatMap((feature) => feature(site, places));
  resources.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  for (const resource of resources) freeze(resource);
  return resources;
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
}
