import { fail } from "../../lib/problem.ts";
import { visible } from "../../lib/text.ts";
import type { Context, Input } from "../command.ts";
import { confirm } from "../confirm.ts";
import { type Git, gitIn } from "../git.ts";
import { siteDirectory } from "../site-directory.ts";
import { monthOf, nextTag } from "./month.ts";
import { notesOf, notesText, type ReleasedCommit } from "./notes.ts";

/** Tags of releases as git's patterns find them. */
const pattern = "v[0-9][0-9].[0-9][0-9]*";

/** Writes the month's notes from the commits since the last release, shows them, asks, and tags. */
export async function runRelease(context: Context, input: Input): Promise<number> {
  const { terminal, clock, zone } = context;
  const git = gitIn(await siteDirectory(context, input), context.env, context.signal);
  const since = await lastRelease(git);
  const commits = await commitsSince(git, since);
  if (commits.length === 0)
    return fail("RELEASE_EMPTY", `expected commits since ${since ?? "the beginning"}, got none`, {
      hint: "there is nothing to tell of yet",
    });
  const month = monthOf(clock.now(), zone);
  const tag = nextTag(month.tag, (await git.ask(["tag", "--list", pattern])).split("\n"));
  const notes = notesOf(commits);
  const text = notesText(`${tag}: ${month.title}`, notes);
  if (input.has("--json")) terminal.json({ tag, since, ...notes });
  else terminal.raw(text);
  if (input.has("--dry-run")) return 0;
  if (!input.has("--yes") && !(await confirm(context, `Tag ${tag}?`, `tag ${tag}`))) {
    terminal.say(["Nothing was changed."]);
    return 1;
  }
  await makeTag(git, tag, text);
  if (!input.has("--json")) terminal.print(["", `next: git push --follow-tags   (sends ${tag}, too)`]);
  return 0;
}

async function lastRelease(git: Git): Promise<string | undefined> {
  const { code, stdout } = await git.try(["describe", "--tags", "--abbrev=0", "--match", pattern, "HEAD"]);
  return code === 0 ? stdout.trim() : undefined;
}

/** Merges say nothing that their commits do not. */
async function commitsSince(git: Git, since: string | undefined): Promise<readonly ReleasedCommit[]> {
  const range = since === undefined ? "HEAD" : `${since}..HEAD`;
  const printed = await git.ask(["log", "--no-merges", "--format=%H%x00%an%x00%s", range]);
  return printed.split("\n").flatMap((line) => {
    const [commit, author, subject] = line.split("\0");
    if (commit === undefined || author === undefined || subject === undefined) return [];
    return [{ commit, author: visible(author), subject: visible(subject) }];
  });
}

/** Signed where commits are. The notes' headings would be taken for comments unless git keeps the text as it is. */
async function makeTag(git: Git, tag: string, text: string): Promise<void> {
  const signs = (await git.try(["config", "--type=bool", "commit.gpgsign"])).stdout.trim() === "true";
  await git.ask(["tag", signs ? "--sign" : "--annotate", "--cleanup=verbatim", "--file", "-", tag], { input: text });
}
