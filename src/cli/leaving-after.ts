import type { Prepared } from "../controller/prepare.ts";
import { type Leaving, leavingState } from "../observe/leaving.ts";
import type { SiteLayout } from "../providers/layout.ts";
import { graceOf } from "../site/grace.ts";
import type { Site } from "../site/site.ts";
import type { Context } from "./command.ts";

/** The state that will be in nobody's use once a plan was carried out, and the time that it is told at. */
export async function leavingAfter(
  { clock }: Pick<Context, "clock">,
  { layout, site }: { readonly layout: SiteLayout; readonly site: Site },
  { desired, observation }: Prepared,
): Promise<{ readonly state: readonly Leaving[]; readonly now: number }> {
  const now = clock.now();
  return { state: await leavingState(layout.ledger, { desired, observation, grace: graceOf(site), now }), now };
}
