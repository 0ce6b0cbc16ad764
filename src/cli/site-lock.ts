import { bySupervisor, type Lock, lock } from "../ledger/lock.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { Context } from "./command.ts";

/** How long others may take before the person is told to come back, in milliseconds: the supervisor may be making an image. */
const patience = { supervisor: 600_000, person: 15_000 };

/** The site's lock; says whom it waits for. Problem: `LOCKED`. */
export function lockSite({ terminal, signal, clock }: Context, { ledger }: SiteLayout, what: string): Promise<Lock> {
  return lock(ledger, `freehold ${what}`, {
    waitMilliseconds: ({ what: work }) => (work === bySupervisor ? patience.supervisor : patience.person),
    onWait: (holder) => terminal.say([`waiting for ${holder.what} (process ${holder.pid}) to be done …`]),
    signal,
    clock,
  });
}
