import { fail } from "../../lib/problem.ts";
import { restoreLines } from "../../source/trailers.ts";
import type { Git } from "../git.ts";
import type { Followed } from "../remote.ts";
import { listed } from "../words.ts";

/** What a rollback's commit says. */
export type Words = {
  /** Empty for the whole site. */
  readonly services: readonly string[];
  readonly target: { readonly commit: string; readonly subject: string };
  /** Why, in the person's own words. */
  readonly reason: string | undefined;
  readonly restore: Readonly<Record<string, string>>;
};

/** The message: what goes back to where, why, and the lines that bring state back. */
export function messageOf({ services, target, reason, restore }: Words): string {
  const what = services.length === 0 ? "" : ` ${listed(services)}`;
  const whose = services.length === 0 ? "The files" : `The files of ${listed(services)}`;
  const paragraphs = [
    `Roll back${what} to ${target.commit.slice(0, 7)}`,
    ...(reason === undefined ? [] : [reason.trim()]),
    `${whose} are as they were in ${target.commit}:\n"${target.subject}"`,
    ...(Object.keys(restore).length === 0 ? [] : [restoreLines(restore).join("\n")]),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

/** Makes a commit on a base, signed if git signs here. The checkout stays as it is. Problem: `GIT_FAILED`, when signing fails as well. */
export async function commitTree(git: Git, tree: string, base: string, message: string): Promise<string> {
  const asked = await git.try(["config", "--type=bool", "--get", "commit.gpgSign"]);
  const key = await git.try(["config", "--get", "user.signingKey"]);
  const signs = asked.stdout.trim() === "true" || key.stdout.trim() !== "";
  const sign = signs ? ["--gpg-sign"] : ["--no-gpg-sign"];
  return git.ask(["commit-tree", ...sign, "-p", base, "-F", "-", tree], { input: message });
}

/** How long a push may take: the machine makes the whole change meanwhile. */
const patience = 60 * 60_000;

/**
 * Sends a commit to the branch that the site follows; `say` gets what the other side says, a line at a time. Problems: `REMOTE_MOVED`
 * when somebody else was faster, `PUSH_REFUSED`.
 */
export async function push(
  git: Git,
  { remote, branch }: Followed,
  commit: string,
  say: (line: string) => void,
): Promise<void> {
  const refspec = `${commit}:refs/heads/${branch}`;
  const { code, stderr } = await git.try(["push", "--end-of-options", remote, refspec], {
    timeout: patience,
    onLine: (line) => {
      const [, words] = /^remote: ?(.*)$/.exec(line) ?? [];
      if (words !== undefined) say(words.trimEnd());
    },
  });
  if (code === 0) return;
  if (/\(fetch first\)|\(non-fast-forward\)/.test(stderr)) {
    fail("REMOTE_MOVED", `expected ${branch} as it was a moment ago, got a push by somebody else`, {
      kind: "transient",
      hint: "run it again",
    });
  }
  const words = stderr
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("remote:"));
  fail("PUSH_REFUSED", `expected ${remote} to take the rollback, got a refusal`, { detail: words.slice(-6) });
}

/** What became of the person's own branch. */
export type Checkout = "moved along" | "elsewhere" | "has changes";

/** Moves the checkout along, if it stands where the branch stood and nothing in it would be lost. */
export async function moveAlong(git: Git, { branch, head }: Followed, commit: string): Promise<Checkout> {
  const current = (await git.try(["symbolic-ref", "--quiet", "--short", "HEAD"])).stdout.trim();
  const here = (await git.try(["rev-parse", "--verify", "--quiet", "HEAD"])).stdout.trim();
  if (current !== branch || here !== head) return "elsewhere";
  if ((await git.ask(["status", "--porcelain", "--untracked-files=no"])) !== "") return "has changes";
  const { code } = await git.try(["merge", "--quiet", "--ff-only", commit]);
  return code === 0 ? "moved along" : "has changes"; // a file of the same name that git does not know is in the way
}
