import { join } from "node:path";
import { fail } from "../lib/problem.ts";
import type { ResourceId } from "../resource/base.ts";
import type { SiteLayout } from "./layout.ts";

/**
 * The directory on the machine of a part's own certificate, which its containers mount: versions, and `current`, which leads to the
 * newest. Undefined for those of the front door, which lie together as a file each.
 */
export function partCertificateDirectory(layout: SiteLayout, id: ResourceId): string | undefined {
  const name = partCertificateName(id);
  return name === undefined ? undefined : join(layout.partCertificates, name);
}

/** `SERVICE_PART`, which no host is called. */
export function partCertificateName(id: ResourceId): string | undefined {
  const [, service = "", part = "", ...more] = id.split("/");
  if (service === "front") return undefined;
  if (more.length === 0 && /^[a-z0-9-]+$/.test(service) && /^[a-z0-9-]+$/.test(part)) return `${service}_${part}`;
  return fail("BUG", `expected certificate/SERVICE/PART, got ${JSON.stringify(id)}`, { kind: "bug" });
}
