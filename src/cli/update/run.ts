import { fail } from "../../lib/problem.ts";
import { imageName, taggedReference } from "../../site/images/image-name.ts";
import type { Service } from "../../site/site.ts";
import type { Context, Input } from "../command.ts";
import { confirm } from "../confirm.ts";
import { type Git, gitIn } from "../git.ts";
import { unknownService } from "../narrow.ts";
import { type Session, withSite } from "../site-session.ts";
import { updatedText, updateJson, updateText } from "../views/update.ts";
import { count } from "../words.ts";
import { type Proposal, type Proposals, propose } from "./propose.ts";
import { commitUpdate, refuseUncommitted, withProposals, writeUpdate } from "./write.ts";

/** Looks for newer images, shows them, asks, and makes a commit for each service. 0 done or nothing newer, 1 declined, 3 a registry did not answer. */
export function runUpdate(context: Context, input: Input): Promise<number> {
  return withSite(context, input, async (session) => {
    const { terminal, signal } = context;
    const { lock } = session.loaded;
    if (lock === undefined)
      return fail("LOCK_BROKEN", "expected an images.lock.yaml that can be read, got one with problems", {
        hint: "freehold check says which; removed, it is written anew",
      });
    const services = chosen(session.loaded.site.services, input.words("SERVICE"));
    const found = await propose(session.directory, services, lock, { signal, env: { ...context.env } });
    const json = input.has("--json");
    if (!json) terminal.print(updateText(found, terminal.columns));
    const code = found.problems.length > 0 ? 3 : 0;
    if (found.proposals.length === 0 || input.has("--dry-run")) {
      if (json) terminal.json(updateJson(found, []));
      return code;
    }
    const git = gitIn(session.directory, context.env, signal);
    await refuseUncommitted(git, servicesOf(found));
    if (!input.has("--yes") && !(await agreed(context, found))) {
      terminal.say(["Nothing was changed."]);
      return 1;
    }
    const commits = await commitAll(git, session, found.proposals);
    if (json) terminal.json(updateJson(found, commits));
    else terminal.print(updatedText(commits));
    return code;
  });
}

function chosen(services: readonly Service[], names: readonly string[]): readonly Service[] {
  const known = new Set(services.map(({ name }) => name));
  for (const name of names) if (!known.has(name)) unknownService(name, known);
  return names.length === 0 ? services : services.filter(({ name }) => names.includes(name));
}

function servicesOf({ proposals }: Proposals): readonly string[] {
  return [...new Set(proposals.map(({ service }) => service))];
}

function agreed(context: Context, found: Proposals): Promise<boolean> {
  const what = count(servicesOf(found).length, "update");
  return confirm(context, `Commit ${what}?`, `commit ${what}`);
}

/** A commit for each service, so that each can be taken back by itself; resolves with their ids. */
async function commitAll(
  git: Git,
  { directory, loaded }: Session,
  proposals: readonly Proposal[],
): Promise<readonly string[]> {
  const commits: string[] = [];
  const used = new Map(loaded.site.services.map((service) => [service.name, tagsUsed(service)]));
  let lock = loaded.lock ?? {};
  for (const [service, own] of Map.groupBy(proposals, (proposal) => proposal.service)) {
    used.set(service, tagsAfter(used.get(service) ?? [], own));
    lock = withProposals(lock, own, new Set([...used.values()].flat()));
    await commitUpdate(git, own, await writeUpdate(directory, own, lock));
    commits.push(await git.ask(["rev-parse", "HEAD"]));
  }
  return commits;
}

function tagsUsed({ parts }: Service): readonly string[] {
  return parts.flatMap(({ image }) => (image.from === "registry" ? [taggedReference(imageName(image.reference))] : []));
}

function tagsAfter(tags: readonly string[], proposals: readonly Proposal[]): readonly string[] {
  const next = new Map(
    proposals.map(({ repository, fromTag, toTag }) => [`${repository}:${fromTag}`, `${repository}:${toTag}`]),
  );
  return tags.map((tag) => next.get(tag) ?? tag);
}
