import { asApplied } from "../controller/desired.ts";
import type { Applied } from "../ledger/applied.ts";
import { fail } from "../lib/problem.ts";
import { nearest } from "../lib/text.ts";
import type { Site } from "../site/site.ts";

/**
 * The site that is to be when only some services are asked for: those as their files say now, all others as they were last
 * applied. A service that was asked for and is no longer in the site goes. Problem: `SERVICE_UNKNOWN`.
 */
export function narrow(site: Site, applied: Applied | undefined, names: readonly string[]): Site {
  if (names.length === 0) return site;
  const before =
    applied === undefined || applied.stopped
      ? []
      : applied.site.services.map((service) => asApplied(service, applied.site));
  const known = new Set([...site.services, ...before].map(({ name }) => name));
  for (const name of names) if (!known.has(name)) unknownService(name, known);
  const services = [
    ...site.services.filter(({ name }) => names.includes(name)),
    ...before.filter(({ name }) => !names.includes(name)),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...site, services };
}

/** The problem of a name that no service of the site has. */
export function unknownService(name: string, known: Iterable<string>): never {
  const near = nearest(name, known);
  return fail("SERVICE_UNKNOWN", `expected a service of this site, got "${name}"`, {
    hint: near === undefined ? "freehold status lists them" : `did you mean ${near}?`,
  });
}
