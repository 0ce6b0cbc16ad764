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
  const kept = held.map((service) => ({ ...service, ...sealedAsApplied(service, applied.site) }));
  return { ...site, services: [...site.services, ...kept].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** What a held service keeps its secrets from: secrets.yaml may no longer have them, or not be readable. */
function sealedAsApplied(service: Service, applied: Site): Pick<Service, "sealed"> {
  const names = new Set(service.parts.flatMap(({ secrets }) => secrets.map(({ secret }) => secret)));
  if (names.size === 0) return {};
  const { values, keys } = service.sealed ?? applied.secrets;
  return { sealed: { values: Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name))), keys } };
}
