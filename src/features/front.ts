import type { ResourceId } from "../resource/base.ts";
import type { Site } from "../site/site.ts";
import { clusterOf } from "./cluster.ts";

/** The user that the front door runs as, inside and, having no user namespace, on the machine. */
export const frontUser = 99;

/** What must be there before anything is laid down for the front door: on a cluster its own network, and images are noted there, too. */
export function frontGround(site: Site): readonly ResourceId[] {
  return clusterOf(site) === undefined ? [] : ["network/front"];
}

/** A certificate that the front door needs. Its file is `NAME.pem`. */
export type FrontCertificate = {
  readonly id: ResourceId;
  readonly name: string;
  readonly names: readonly string[];
  /** The names asked for that it is shown to. The first certificate is shown to everybody else. */
  readonly shownFor: readonly string[];
};

/**
 * The certificates of the front door: first one for each domain and every name directly under it, `domain` before `domains`,
 * for names that nobody has; then one for each exposed host, sorted.
 */
export function certificatesOf(site: Site): readonly FrontCertificate[] {
  const exposed = exposedHosts(site);
  const wildcards = [site.domain, ...site.domains].map((domain) => {
    const names = [`*.${domain}`, domain];
    return { ...named(`wildcard.${domain}`), names, shownFor: names.filter((name) => !exposed.has(name)) };
  });
  const covered = new Set(wildcards.map(({ name }) => name));
  const hosts = [...exposed].filter((host) => !covered.has(host)).sort();
  return [...wildcards, ...hosts.map((host) => ({ ...named(host), names: [host], shownFor: [host] }))];
}

/** The hosts under which services that are not retired are offered. */
function exposedHosts(site: Site): ReadonlySet<string> {
  const living = site.services.filter(({ stage }) => stage !== "retired");
  return new Set(living.flatMap(({ expose }) => expose.map(({ host }) => host)));
}

function named(name: string): { id: ResourceId; name: string } {
  return { id: `certificate/front/${name}`, name };
}
