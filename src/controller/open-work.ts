import { readOpenChange } from "../ledger/open-change.ts";
import type { Log } from "../lib/log.ts";
import type { ChangeTools } from "./change.ts";

/**
 * Completes the change that somebody who was killed or interrupted left open, or undoes of it what does not work. Resolves with the
 * services of which the state could not be put back yet: nothing of them may be started. What makes changes is loaded only when
 * there is one: who watches for months does without it.
 */
export async function completeOpenWork(
  tools: Omit<ChangeTools, "progress"> & { readonly log: Log },
): Promise<ReadonlySet<string>> {
  const { ledger } = tools.layout;
  if ((await readOpenChange(ledger)) === undefined) return new Set();
  const { completeChange } = await import("./change.ts");
  const change = await completeChange({ ...tools, progress: () => {} });
  for (const [name, { result, problem }] of Object.entries(change?.entry?.services ?? {})) {
    if (problem === undefined) tools.log.info(`${name}: a change that was left open is ${result}`);
    else tools.log.warn(`${name}: a change that was left open is ${result}: ${problem.message}`);
  }
  const left = (await readOpenChange(ledger))?.services ?? {};
  return new Set(Object.keys(left).filter((name) => left[name]?.undo?.restored === false));
}
