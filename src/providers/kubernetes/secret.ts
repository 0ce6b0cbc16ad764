import type { Secret } from "../../resource/kinds/secret.ts";
import type { ApplyContext, ApplyStep } from "../provider.ts";
import { withContentDigest } from "./content.ts";
import { putAll } from "./put-all.ts";
import type { Session } from "./session.ts";
import { objectsOf } from "./translate/objects-of.ts";

/** Opens the secrets of a part into the cluster. Problems: `SECRETS_LOCKED`, `SECRET_DAMAGED`. */
export async function applySecret(
  session: Session,
  step: ApplyStep,
  secret: Secret,
  context: ApplyContext,
): Promise<void> {
  const { commit } = context;
  const values = await session.open({ values: secret.entries, keys: secret.keys });
  const told = { site: session.site, facts: () => undefined, values, ...(commit === undefined ? {} : { commit }) };
  await putAll(session, step, objectsOf(secret, told).map(withContentDigest), context);
}
