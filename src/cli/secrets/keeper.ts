import type { Keeper } from "../../secrets/keeper.ts";
import type { Context, Input } from "../command.ts";
import { siteDirectory } from "../site-directory.ts";

/** Where the secrets are that a command is about. Problem: `SITE_NOT_FOUND`. */
export async function keeperOf(context: Context, input: Input): Promise<Keeper> {
  const directory = await siteDirectory(context, input);
  return { directory, env: context.env, root: context.roots.root, now: context.clock.now() };
}
