import { holdElsewhere, holdSite, type SiteHold } from "../controller/site-hold.ts";
import { bySupervisor, type Lock, type LockOptions, lock } from "../ledger/lock.ts";
import type { SiteLayout } from "../providers/layout.ts";
import type { AloneHolder, Runtime } from "../providers/provider.ts";
import type { Context } from "./command.ts";

/** How long others may take before the person is told to come back, in milliseconds: the supervisor may be making an image. */
const patience = { supervisor: 600_000, person: 15_000, elsewhere: 45_000 };

/** The lock of the site's ledger alone, for what stays on this machine; says whom it waits for. Problem: `LOCKED`. */
export function lockSite({ terminal, signal, clock }: Context, { ledger }: SiteLayout, what: string): Promise<Lock> {
  return lock(ledger, `freehold ${what}`, { ...patiently({ terminal }), signal, clock });
}

/** The lock of a site that is to be changed, also against those who change it from elsewhere; says whom it waits for. Problem: `LOCKED`. */
export function holdForChange(
  context: Pick<Context, "terminal" | "signal" | "clock">,
  { layout, site }: { readonly layout: SiteLayout; readonly site: { readonly name: string } },
  runtime: Pick<Runtime, "alone">,
  what: string,
): Promise<SiteHold> {
  const { signal, clock } = context;
  return holdSite({
    ...{ ledger: layout.ledger, site: site.name, runtime, clock, signal, what: `freehold ${what}` },
    lock: patiently(context),
    waitMilliseconds: patience.elsewhere,
    onWait: sayElsewhere(context),
  });
}

/** Keeps those away who change the site from elsewhere, for who holds its lock here. Problem: `LOCKED`. */
export function holdOthers(
  context: Pick<Context, "terminal" | "signal">,
  { name }: { readonly name: string },
  runtime: Pick<Runtime, "alone">,
  { what, waitMilliseconds }: { readonly what: string; readonly waitMilliseconds: number },
): Promise<SiteHold> {
  const nothing = { release: async () => {} };
  const { signal } = context;
  return holdElsewhere({ site: name, runtime, what, signal, waitMilliseconds, onWait: sayElsewhere(context) }, nothing);
}

function patiently({ terminal }: Pick<Context, "terminal">): Pick<LockOptions, "waitMilliseconds" | "onWait"> {
  return {
    waitMilliseconds: ({ what }) => (what === bySupervisor ? patience.supervisor : patience.person),
    onWait: (holder) => terminal.say([`waiting for ${holder.what} (process ${holder.pid}) to be done …`]),
  };
}

function sayElsewhere({ terminal }: Pick<Context, "terminal">): (holder: AloneHolder) => void {
  return ({ what, who }) => terminal.say([`waiting for ${what} (${who}) to be done …`]);
}
