import { type Lock, lock } from "../ledger/lock.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { Context } from "./command.ts";

/** How long others may take before the person is told to come back, in milliseconds. */
const patience = 15_000;

/** The site's lock; says whom it waits for. Problem: `LOCKED`. */
export function lockSite({ terminal, signal, clock }: Context, { ledger }: SiteLayout, what: string): Promise<Lock> {
  return lock(ledger, `freehold ${what}`, {
    waitMilliseconds: patience,
    onWait: (holder) => terminal.say([`waiting for ${holder.what} (process ${holder.pid}) to be done …`]),
    signal,
    clock,
  });
}
