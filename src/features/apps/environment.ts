import type { Part, Service, Site } from "../../site/site.ts";
import { isMaintained } from "../built-image.ts";

/**
 * The environment of a part. Images that freehold maintains learn what they are called from outside: `FREEHOLD_DOMAIN` (the site's
 * own), `FREEHOLD_DOMAINS` (all, own first, with blanks between), `FREEHOLD_HOST` (the service's first host, exposed or not) and
 * `FREEHOLD_URL` (that host by HTTPS, with the front door's port where it is not the usual one).
 * What the file says wins.
 */
export function environmentOf(site: Site, service: Service, { image, env }: Part): Readonly<Record<string, string>> {
  if (image.from !== "build" || !isMaintained(image.name)) return env;
  const host = service.expose[0]?.host ?? `${service.name}.${site.domain}`;
  const { https } = site.front;
  const known = {
    FREEHOLD_DOMAIN: site.domain,
    FREEHOLD_DOMAINS: [site.domain, ...site.domains].join(" "),
    FREEHOLD_HOST: host,
    FREEHOLD_URL: `https://${host}${https === 443 ? "" : `:${https}`}`,
  };
  return Object.fromEntries(Object.entries({ ...known, ...env }).sort(([a], [b]) => (a < b ? -1 : 1)));
}
