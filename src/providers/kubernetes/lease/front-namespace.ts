import { fail } from "../../../lib/problem.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeClient } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { labels, sharedMarks } from "../translate/marks.ts";

/**
 * Makes the namespace of a site's front door, in which the lease lies before anything else of the site is there; the resource `network/front`
 * takes it over. `going`: it is on its way out. Problem: `OBJECT_FOREIGN`, when somebody else has one of that name.
 */
export async function ensureFrontNamespace(client: KubeClient, site: string): Promise<"there" | "going"> {
  const name = namespaceOf(site, "front");
  const found = await client.get(objectKinds.namespace, undefined, name);
  if (found === undefined) {
    const marks = sharedMarks(site, "front");
    const metadata = { name, labels: marks.labels };
    await client.apply({ apiVersion: "v1", kind: "Namespace", metadata }, { force: false });
    return "there";
  }
  if (found.metadata.labels?.[labels.site] !== site) {
    fail("OBJECT_FOREIGN", `expected no namespace ${name}, or one of the site ${site}, got one of somebody else`, {
      hint: `give the site another name in site.yaml, or say that it is the site's: kubectl label namespace ${name} ${labels.site}=${site}`,
    });
  }
  return found.metadata.deletionTimestamp === undefined ? "there" : "going";
}
