import { textsAt } from "../../lib/json.ts";
import { namespaceOf } from "../../resource/namespace.ts";
import type { AuthorityPlace } from "../authority/authority.ts";
import { objectKinds } from "./client/object-kinds.ts";
import { refuseForeign } from "./foreign.ts";
import { ensureNamespace } from "./namespace.ts";
import type { Session } from "./session.ts";
import { sharedMarks } from "./translate/marks.ts";

const secretName = "authority";
const key = "authority.pem";

/**
 * The Secret with the key and the certificate of a site's authority, in the front door's namespace. It outlives all else there: devices trust it.
 */
export function authoritySecret(session: Session, signal: AbortSignal): AuthorityPlace {
  const { client, site } = session;
  const namespace = namespaceOf(site, "front");
  return {
    name: `the secret ${namespace}/${secretName}`,
    removal: `kubectl delete secret ${secretName} -n ${namespace}`,
    read: async () => {
      const live = await client.get(objectKinds.secret, namespace, secretName, signal);
      if (live === undefined) return undefined;
      refuseForeign(session, live);
      return Buffer.from(textsAt(live, "data").get(key) ?? "", "base64").toString("utf8");
    },
    write: async (text) => {
      await ensureNamespace(session, "front", namespace, signal);
      const data = { [key]: Buffer.from(text, "utf8").toString("base64") };
      const metadata = { name: secretName, namespace, ...sharedMarks(site, "front") };
      const secret = { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", data };
      await client.apply(secret, { force: true, signal });
    },
  };
}
