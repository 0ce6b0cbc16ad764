import type { Applied } from "../ledger/applied.ts";
import type { Service, Site } from "../site/site.ts";

/** What is needed of a loaded site: the site without its broken services, and their names. */
export type LoadedSite = { readonly site: Site; readonly broken: readonly string[] };

/**
 * The site that is to be: a service whose file has errors stays as it was last applied. One that was never applied, or whose
 * site was taken down since, stays away until its file is right.
 */
export function withHeld({ site, broken }: LoadedSite, applied: Applied | undefined): Site {
  if (applied === undefined || applied.stopped) return site;
  const present = new Set(site.services.map(({ name }) => name));
  const held = applied.site.services.filter(({ name }) => broken.includes(name) && !present.has(name));
  if (held.length === 0) return site;
  const kept = held.map((service) => asApplied(service, applied.site));
  return { ...site, services: [...site.services, ...kept].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/**
 * A service as it was last applied, with what its secrets were sealed in then: secrets.yaml may have other ones by now, or none, or
 * not be readable.
 */
export function asApplied(service: Service, applied: Site): Service {
  const names = new Set(service.parts.flatMap(({ secrets }) => secrets.map(({ secret }) => secret)));
  if (names.size === 0) return service;
  const { values, keys } = service.sealed ?? applied.secrets;
  const own = Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
  return { ...service, sealed: { values: own, keys } };
}
