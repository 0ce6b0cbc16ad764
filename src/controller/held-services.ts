import type { Applied } from "../ledger/applied.ts";
import type { HeldBack, HeldBackServices } from "../ledger/held.ts";
import { digest } from "../resource/digest.ts";
import type { Service, Site } from "../site/site.ts";
import { asApplied } from "./desired.ts";

/** What stands for the front door, and for all settings that belong to no service. */
export const frontDoor = "front";

/** The site that is to be, and the services that are held back in it. */
export type WithHeldBack = { readonly site: Site; readonly heldBack: HeldBackServices };

/**
 * The site that is to be when what went wrong before is not tried again: a service that is held back stays as it was last applied
 * (or away, when it never was) until it is wanted otherwise. One that is no longer wanted so is held back no more. With `named` only these
 * services are brought up, whatever became of them before, and all others stay as they are: also held back.
 */
export function withHeldBack(
  site: Site,
  heldBack: HeldBackServices,
  applied: Applied | undefined,
  named: readonly string[] = [],
): WithHeldBack {
  const still = Object.entries(heldBack).filter(([name, held]) => {
    if (named.length > 0 && name !== frontDoor) return !named.includes(name);
    return digestOf(site, name) === held.digest;
  });
  const staying = new Set(still.flatMap(([name, held]) => (isKept(held) ? [name] : [])));
  const before = applied?.site;
  const services = site.services.flatMap((service) =>
    staying.has(service.name) ? (serviceOf(before, service.name) ?? []) : [service],
  );
  const settings = staying.has(frontDoor) && before !== undefined ? before : site;
  return { site: settingsFrom(settings, { ...site, services }), heldBack: Object.fromEntries(still) };
}

/**
 * What tells one wish for a service from another: its file, the sealed texts of its secrets and the content of its trees, wherever they
 * lie. Undefined: it is not wanted.
 */
export function digestOf(site: Site, name: string): string | undefined {
  if (name === frontDoor) return digest(anywhere(settingsOf(site)));
  const service = site.services.find((each) => each.name === name);
  return service === undefined ? undefined : digest(anywhere(asApplied(service, site)));
}

/** A value whose trees say nothing of where they lie: each commit is exported to a directory of its own. */
function anywhere(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(anywhere);
  const isTree = ["source", "digest", "size"].every((key) => Object.hasOwn(value, key));
  const members = Object.entries(value).filter(([key]) => !(isTree && key === "source"));
  return Object.fromEntries(members.map(([key, inner]) => [key, anywhere(inner)]));
}

/** A service as a site has it, with what its secrets are sealed in there. */
export function serviceOf(site: Site | undefined, name: string): Service | undefined {
  const service = site?.services.find((each) => each.name === name);
  return site === undefined || service === undefined ? undefined : asApplied(service, site);
}

/** A site with the settings of another: all that belongs to no service, and is no secret of one. */
export function settingsFrom(settings: Site, { services, secrets }: Site): Site {
  return { ...settings, services, secrets };
}

function settingsOf({ services: _services, secrets: _secrets, ...settings }: Site): object {
  return settings;
}

function isKept({ runs, until }: HeldBack): boolean {
  return runs === "old" && until === "changed";
}
