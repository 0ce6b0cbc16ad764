import type { Secret } from "../../resource/kinds/secret.ts";
import type { ApplyContext } from "../provider.ts";
import { withContentDigest } from "./content.ts";
import { put } from "./put.ts";
import type { Session } from "./session.ts";
import { objectsOf } from "./translate/objects-of.ts";

/** Opens the secrets of a part into the cluster. Problems: `SECRETS_LOCKED`, `SECRET_DAMAGED`. */
export async function applySecret(session: Session, secret: Secret, { signal, commit }: ApplyContext): Promise<void> {
  const values = await session.open({ values: secret.entries, keys: secret.keys });
  const told = { site: session.site, facts: () => undefined, values, ...(commit === undefined ? {} : { commit }) };
  for (const object of objectsOf(secret, told))
    await put(session, withContentDigest(object), { resource: secret, signal });
}
