import { digest } from "../resource/digest.ts";
import type { Context } from "./command.ts";
import { type Git, gitIn } from "./git.ts";
import { pushCommand } from "./next-up.ts";
import type { Session } from "./site-session.ts";

/** What brings to the machine what the directory has and it does not; `what` says which that is. */
export type Pending = { readonly command: string; readonly what: string };

/**
 * What the directory says that was not brought to the machine; undefined: nothing, as far as one can tell. Where changes come by git only
 * commits count, and what is not committed; a directory that is behind has nothing to bring.
 */
export async function pendingIn(
  context: Pick<Context, "env" | "signal" | "roots">,
  session: Pick<Session, "applied" | "site" | "directory">,
): Promise<Pending | undefined> {
  const { applied, site, directory } = session;
  if (applied === undefined || applied.stopped) return undefined;
  if (applied.revision === undefined) {
    if (digest(applied.site) === digest(site)) return undefined;
    return { command: "freehold plan", what: "the files changed since the last up" };
  }
  const push = (await pushCommand(context, directory)) ?? "git push";
  const git = gitIn(directory, context.env, context.signal);
  const changed = await git.try(["status", "--porcelain", "--", "."]);
  if (changed.code !== 0) return undefined; // no repository: somebody looks at a copy
  if (changed.stdout !== "") return { command: `git add -A && git commit && ${push}`, what: "files changed" };
  return (await isAhead(git, applied.revision.commit))
    ? { command: push, what: "commits that the machine does not have" }
    : undefined;
}

/** Whether the checkout has commits that are not in what runs. */
async function isAhead(git: Git, commit: string): Promise<boolean> {
  const { code } = await git.try(["merge-base", "--is-ancestor", "HEAD", commit]);
  return code === 1;
}
