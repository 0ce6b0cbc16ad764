import { readApplied } from "../../ledger/applied.ts";
import { type Problem, problem } from "../../lib/problem.ts";
import { siteLayout } from "../../providers/layout.ts";
import { restoreKey } from "../../source/trailers.ts";
import type { Context } from "../command.ts";
import { listed } from "../words.ts";

/**
 * The problem of a push that asks for a state that is not kept, before anything of it is taken: `SNAPSHOT_UNKNOWN`. Undefined when all are
 * there.
 */
export async function missingSnapshot(
  context: Pick<Context, "createRuntime" | "roots">,
  site: string,
  restore: Readonly<Record<string, string>>,
): Promise<Problem | undefined> {
  const wanted = Object.entries(restore);
  if (wanted.length === 0) return undefined;
  const applied = await readApplied(siteLayout(context.roots, site).ledger);
  const runtime = await context.createRuntime(applied?.site ?? { engine: "podman" });
  try {
    const known = await runtime.snapshots.list(site);
    const own = (of: string) => known.filter(({ service }) => service === of).map(({ name }) => name);
    const missing = wanted.find(([service, snapshot]) => !own(service).includes(snapshot));
    if (missing === undefined) return undefined;
    const [service, snapshot] = missing;
    const there = own(service);
    return problem(
      "SNAPSHOT_UNKNOWN",
      `expected a snapshot of ${service} in "${restoreKey}: ${service} ${snapshot}", got ${there.length === 0 ? "none" : listed(there)}`,
      {
        hint: "take that line out of the message: git commit --amend; freehold rollback SERVICE --data finds what there is",
      },
    );
  } finally {
    await runtime.close();
  }
}
