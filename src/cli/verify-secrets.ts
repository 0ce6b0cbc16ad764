import { ProblemError } from "../lib/problem.ts";
import { machineIfAllowed } from "../secrets/founders.ts";
import { identities } from "../secrets/identities.ts";
import { openFile } from "../secrets/open.ts";
import { readStore } from "../secrets/store.ts";
import type { Service } from "../site/site.ts";
import type { Context } from "./command.ts";
import type { Session } from "./site-session.ts";

/**
 * Makes sure that secrets.yaml is as it was sealed, before anything is made from it: that a value is missing, or was put back to
 * an older one, can be seen only with the whole file. Who has no key for it cannot look: each service that needs one then says so.
 * Tells when the machine itself has none. Problems: `SECRETS_TAMPERED`, `SECRET_DAMAGED`.
 */
export async function verifySecrets(
  { env, roots, terminal }: Pick<Context, "env" | "roots" | "terminal">,
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
  const machine = await machineIfAllowed(roots.root);
  if (machine === undefined || file.metadata.keys.some(({ recipient }) => recipient === machine.recipient)) return;
  terminal.say([
    "This machine's own key does not open secrets.yaml: after a reboot, what needs a secret waits for somebody who runs freehold up.",
    "Whoever has one of its keys can add the machine's:",
    `  freehold secrets recipients add ${machine.recipient}`,
    "",
  ]);
}

function asksTheFile({ sealed, parts }: Service): boolean {
  return sealed === undefined && parts.some(({ secrets }) => secrets.length > 0);
}
