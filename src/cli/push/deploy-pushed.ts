import { readSource } from "../../ledger/source.ts";
import { problemOf } from "../../lib/problem.ts";
import { siteLayout } from "../../providers/layout.ts";
import type { Context } from "../command.ts";
import { deploySite } from "../deploy-site.ts";
import { exitOf } from "../exit.ts";
import { failureText } from "../views/failure.ts";
import { receivedRefs } from "./received.ts";

/** The hook after a push: deploys if the push moved what the site follows. Standard input has git's lines. */
export async function deployPushed(context: Context, name: string): Promise<number> {
  const refs = receivedRefs(await context.terminal.all(context.signal));
  const source = await readSource(siteLayout(context.roots, name).ledger);
  const followed = `refs/heads/${source?.branch}`;
  if (source?.remote !== undefined || !refs.some(({ ref }) => ref === followed)) return 0;
  try {
    return await deploySite(context, name, { way: "push" });
  } catch (thrown) {
    const { terminal, signal } = context;
    if (signal.aborted) throw thrown;
    const failure = problemOf(thrown);
    terminal.print([
      ...failureText(failure, terminal.columns),
      "",
      "The push was taken, and did not come to its end on this machine. It is",
      "tried again by itself; there, freehold status says how it is.",
    ]);
    return exitOf(failure);
  }
}
