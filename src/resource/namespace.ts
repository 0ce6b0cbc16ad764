import { createHash } from "node:crypto";

/** The longest name that a namespace may have: a DNS label (RFC 1123). */
const longest = 63;

/**
 * The namespace of a service on a cluster: `SITE-SERVICE`, `front` for the front door. One that would be too long is cut, and told apart
 * by a digest. Two sites may come to the same name (`a-b` and `c`, `a` and `b-c`); labels say whose it is.
 */
export function namespaceOf(site: string, service: string): string {
  const name = `${site}-${service}`;
  if (name.length <= longest) return name;
  const mark = createHash("sha256").update(`${site}/${service}`).digest("hex").slice(0, 8);
  return `${name.slice(0, longest - 9).replace(/-+$/, "")}-${mark}`;
}

/** The name in full under which a cluster resolves a part of a service, or the whole service. */
export function clusterName(site: string, service: string, name: string): string {
  return `${name}.${namespaceOf(site, service)}.svc.cluster.local`;
}
