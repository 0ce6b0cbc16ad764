import { X509Certificate } from "node:crypto";
import { textsAt } from "../../lib/json.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { KubeClient } from "./client/client.ts";
import { objectKinds } from "./client/object-kinds.ts";

/** The certificate (PEM) in the Secret of a site's authority; undefined when there is none. Its key is looked at by nobody here. */
export async function authorityIn(client: KubeClient, site: string): Promise<string | undefined> {
  const secret = await client.get(objectKinds.secret, namespaceOf(site, "front"), "authority");
  const text = Buffer.from(textsAt(secret?.data).get("authority.pem") ?? "", "base64").toString("utf8");
  const [certificate] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/.exec(text) ?? [];
  return certificate === undefined ? undefined : new X509Certificate(certificate).toString();
}
