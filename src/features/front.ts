import type { ResourceId } from "../resource/base.ts";
import type { Site } from "../site/site.ts";

/** The user that the front door runs as, inside and, having no user namespace, on the machine. */
export const frontUser = 99;

/** A certificate that the front door needs. Its file is `NAME.pem`. */
export type FrontCertificate = {
  readonly id: ResourceId;
  readonly name: string;
  readonly names: readonly string[];
  /** The exposed host that it is for; absent for one that answers for all other names of a domain. */
  readonly host?: string;
};

/**
 * The certificates of the front door: first one for each domain and every name directly under it, `domain` before `domains`,
 * which answer for names that nobody has; then one for each exposed host, sorted.
 */
export function certificatesOf(site: Site): readonly FrontCertificate[] {
  const wildcards = [site.domain, ...site.domains].map((domain) => ({
    ...named(`wildcard.${domain}`),
    names: [`*.${domain}`, domain],
  }));
  const covered = new Set(wildcards.map(({ name }) => name));
  const hosts = exposedHosts(site).filter((host) => !covered.has(host));
  return [...wildcards, ...hosts.map((host) => ({ ...named(host), names: [host], host }))];
}

/** The hosts under which services that are not retired are offered, sorted. */
function exposedHosts(site: Site): readonly string[] {
  const living = site.services.filter(({ stage }) => stage !== "retired");
  return [...new Set(living.flatMap(({ expose }) => expose.map(({ host }) => host)))].sort();
}

function named(name: string): { id: ResourceId; name: string } {
  return { id: `certificate/front/${name}`, name };
}
