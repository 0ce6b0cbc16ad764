import { fail } from "../../../lib/problem.ts";
import { namespaceOf } from "../../../resource/namespace.ts";
import type { KubeClient } from "../client/client.ts";
import { objectKinds } from "../client/object-kinds.ts";
import { siteLabels } from "./record.ts";

/**
 * Makes the namespace of a site's front door, in which the lease lies before anything else of the site is there; the resource `network/front`
 * takes it over. `going`: it is on its way out. Problem: `OBJECT_FOREIGN`, when somebody else has one of that name.
 */
export async function ensureFrontNamespace(client: KubeClient, site: string): Promise<"there" | "going"> {
  const name = namespaceOf(site, "front");
  const found = await client.get(objectKinds.namespace, undefined, name);
  if (found === undefined) {
    const labels = { ...siteLabels(site), "app.kubernetes.io/name": "front", "freehold.dev/service": "front" };
    await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }, { force: false });
    return "there";
  }
  if (found.metadata.labels?.["freehold.dev/site"] !== site) {
    fail("OBJECT_FOREIGN", `expected no namespace ${name}, or one of the site ${site}, got one of somebody else`, {
      hint: `give the site another name in site.yaml, or say that it is the site's: kubectl label namespace ${name} freehold.dev/site=${site}`,
    });
  }
  return found.metadata.deletionTimestamp === undefined ? "there" : "going";
}
