import { type Problem, ProblemError, problem } from "../../lib/problem.ts";
import { openDataKey } from "../../secrets/data-key.ts";
import { identities } from "../../secrets/identities.ts";
import type { Seal } from "../../secrets/sealed-object.ts";
import { readStore } from "../../secrets/store.ts";
import type { Context } from "../command.ts";

/**
 * What an export for Flux is sealed with: the key of secrets.yaml, for those who can open that. Or why nothing can be sealed: there is no
 * such file, or none of its keys is here. Other problems are thrown: those of reading secrets.yaml.
 */
export async function exportSeal(
  { env, roots }: Pick<Context, "env" | "roots">,
  directory: string,
): Promise<Seal | Problem> {
  const file = await readStore(directory);
  if (file === undefined)
    return problem("SECRETS_MISSING", "expected a secrets.yaml, which says whom to seal for, got none", {
      hint: "freehold secrets set NAME makes one",
    });
  const { keys, lastModified } = file.metadata;
  try {
    return { key: await openDataKey(keys, await identities(env, roots.root)), keys, lastModified };
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.code === "SECRETS_LOCKED") return thrown.problem;
    throw thrown;
  }
}
