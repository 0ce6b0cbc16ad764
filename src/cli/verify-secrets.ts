import { ProblemError } from "../lib/problem.ts";
import { identities } from "../secrets/identities.ts";
import { openFile } from "../secrets/open.ts";
import { readStore } from "../secrets/store.ts";
import type { Service } from "../site/site.ts";
import type { Context } from "./command.ts";
import type { Session } from "./site-session.ts";

/**
 * Makes sure that secrets.yaml is as it was sealed, before anything is made from it: that a value is missing, or was put back to
 * an older one, can be seen only with the whole file. Who has no key for it cannot look: each service that needs one then says so.
 * Problems: `SECRETS_TAMPERED`, `SECRET_DAMAGED`.
 */
export async function verifySecrets(
  { env, roots }: Pick<Context, "env" | "roots">,
  { directory, site }: Pick<Session, "directory" | "site">,
): Promise<void> {
  if (!site.services.some(asksTheFile)) return;
  const file = await readStore(directory);
  if (file === undefined) return;
  try {
    await openFile(file, await identities(env, roots.root));
  } catch (thrown) {
    if (!(thrown instanceof ProblemError) || thrown.problem.code !== "SECRETS_LOCKED") throw thrown;
  }
}

function asksTheFile({ sealed, parts }: Service): boolean {
  return sealed === undefined && parts.some(({ secrets }) => secrets.length > 0);
}
