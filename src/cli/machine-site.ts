import { fail } from "../lib/problem.ts";
import { type SiteLayout, siteLayout } from "../providers/layout.ts";
import { label } from "../site/schema/name.ts";
import type { Context, Input } from "./command.ts";
import { nameIn, onlySite } from "./past.ts";
import { nearestSite, siteDirectory } from "./site-directory.ts";

/** A site by its name on this machine, whether or not anything of it is here yet. */
export type MachineSite = { readonly name: string; readonly layout: SiteLayout };

/**
 * The site that the person means: `--site-name`, else the one of the directory around, whatever else is wrong with its files, else the only one of
 * this machine. Problems: `SITE_NOT_FOUND`, `SITE_NAMELESS`, `SITE_UNKNOWN`.
 */
export async function machineSite(context: Context, input: Input): Promise<MachineSite> {
  const name = await nameOf(context, input);
  return { name, layout: siteLayout(context.roots, name) };
}

async function nameOf(context: Context, input: Input): Promise<string> {
  const named = input.option("--site-name");
  if (named !== undefined) return label.test(named) ? named : unknown(named);
  const around = input.option("--site") ?? (await nearestSite(context.cwd));
  return around === undefined ? onlySite(context, input) : nameIn(await siteDirectory(context, input));
}

function unknown(name: string): never {
  return fail("SITE_UNKNOWN", `expected the name of a site, got "${name}"`, {
    hint: "it stands in site.yaml behind name:",
  });
}
