import { readSource } from "../ledger/source.ts";
import { ProblemError, problemOf } from "../lib/problem.ts";
import { siteLayout } from "../providers/layout.ts";
import type { Context } from "./command.ts";
import { gitIn } from "./git.ts";
import { nameIn } from "./past.ts";
import { type Text, wordsOf } from "./span.ts";

const up = "next: freehold up";

/**
 * A text that ends in `next: freehold up`, with what that is for the site of a directory: a commit and a push where its changes come by
 * git, which the machine knows, or a checkout by its remote of the site's name.
 */
export async function withNextUp(context: Context, directory: string, text: Text): Promise<Text> {
  if (!text.some((line) => wordsOf(line) === up)) return text;
  const push = await pushCommand(context, directory);
  if (push === undefined) return text;
  return text.map((line) => (wordsOf(line) === up ? `next: git add -A && git commit && ${push}` : line));
}

/** `git push home main`; undefined for a site whose changes do not come by git, or of which nobody here can tell. */
export async function pushCommand(
  { roots, env, signal }: Pick<Context, "roots" | "env" | "signal">,
  directory: string,
): Promise<string | undefined> {
  try {
    const site = await nameIn(directory);
    const git = gitIn(directory, env, signal);
    if ((await git.try(["remote", "get-url", site])).code !== 0) return undefined;
    return `git push ${site} ${await branchOf(siteLayout(roots, site).ledger)}`;
  } catch (thrown) {
    const { code } = problemOf(thrown);
    if (thrown instanceof ProblemError && ["SITE_NAMELESS", "PROGRAM_MISSING"].includes(code)) return undefined;
    throw thrown;
  }
}

/** The branch that the site follows, as far as this person may know. */
async function branchOf(ledger: string): Promise<string> {
  try {
    return (await readSource(ledger))?.branch ?? "main";
  } catch (thrown) {
    if (problemOf(thrown).code === "LEDGER_UNREADABLE") return "main";
    throw thrown;
  }
}
