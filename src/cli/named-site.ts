import { type Applied, readApplied } from "../ledger/applied.ts";
import { fail } from "../lib/problem.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import type { Runtime } from "../providers/provider.ts";
import { label } from "../site/schema/name.ts";
import type { Site } from "../site/site.ts";
import type { Context } from "./command.ts";

/** A site as this machine knows it, whatever became of its files. */
export type NamedSite = { readonly applied: Applied; readonly site: Site; readonly layout: SiteLayout };

/** Does something with a site that was brought up here, by its name alone. Problem: `SITE_UNKNOWN`. */
export async function withNamedSite(
  context: Context,
  name: string,
  work: (named: NamedSite, runtime: Runtime) => Promise<number>,
): Promise<number> {
  const layout = siteLayout(context.roots, label.test(name) ? name : unknown(name));
  const applied = (await readApplied(layout.ledger)) ?? unknown(name);
  const runtime = await context.createRuntime(applied.site);
  try {
    return await work({ applied, site: applied.site, layout }, runtime);
  } finally {
    await runtime.close();
  }
}

function unknown(name: string): never {
  return fail("SITE_UNKNOWN", `expected a site that was brought up on this machine, got "${name}"`, {
    hint: "freehold down without --site-name takes the site of this directory down",
  });
}
