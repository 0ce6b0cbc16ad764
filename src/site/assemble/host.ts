import { readHost } from "../schema/host.ts";

/**
 * A host as it is written in a service, in full: `@` is the site's domain, and what has no dot is a name directly under it. `domains` are
 * the site's, its own first. Undefined for a name that would be too long.
 */
export function hostInFull(written: string, domains: readonly string[]): string | undefined {
  const [domain = ""] = domains;
  if (written === "@") return domain;
  if (written.includes(".") || domains.includes(written)) return written;
  if (written === "*") return `*.${domain}`;
  return readHost(`${written}.${domain}`);
}

/** Whether a host (or, with a star in front, every one directly under it) is under one of the site's domains. */
export function isUnder(host: string, domains: readonly string[]): boolean {
  const bare = host.replace(/^\*\./, "");
  return domains.some((domain) => bare === domain || bare.endsWith(`.${domain}`));
}
