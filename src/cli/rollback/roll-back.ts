import type { Entry } from "../../ledger/journal.ts";
import { fail } from "../../lib/problem.ts";
import { load } from "../../site/load.ts";
import type { Context, Input } from "../command.ts";
import { confirm } from "../confirm.ts";
import { withFilesOf } from "../files-of.ts";
import { type Git, gitIn } from "../git.ts";
import { imagesIn } from "../home.ts";
import { nameIn } from "../past.ts";
import { type Followed, fetchFollowed, fetchPublished } from "../remote.ts";
import { nearestSite, siteDirectory } from "../site-directory.ts";
import { checkText } from "../views/check.ts";
import { problemsJson } from "../views/problems.ts";
import { agreedText, doneText, type RollbackView, rollbackJson, rollbackText } from "../views/rollback.ts";
import { commitTree, messageOf, moveAlong, push } from "./commit.ts";
import { type Composed, compose } from "./compose.ts";
import { statesOf } from "./states.ts";
import { targetOf, type Where } from "./target.ts";

/** Makes the commit that brings files (and data) back, sends it, and says what came of it; resolves with the exit code. */
export async function rollBack(context: Context, input: Input): Promise<number> {
  const { terminal } = context;
  const { git, site } = await checkoutOf(context, input);
  const view = await plannedRollback(context, input, git, site);
  const loud = !input.has("--json");
  if (view.composed.changed.length === 0 && Object.keys(view.restore).length === 0) {
    if (loud) terminal.print(rollbackText(view, terminal.columns));
    else terminal.json(rollbackJson(view));
    return 0;
  }
  if (!(await isSound(context, input, git, view.composed))) return 10;
  if (loud) terminal.print([...rollbackText(view, terminal.columns), ""]);
  if (!input.has("--yes") && !(await confirm(context, agreedText(view), "a rollback"))) {
    terminal.say(["Nothing was changed."]);
    return 1;
  }
  const { followed, composed } = view;
  const commit = await commitTree(git, composed.tree, followed.head, messageOf({ ...view, services: view.named }));
  await push(git, followed, commit, (line) => terminal.say([line]));
  const entry = await entryOf(git, followed, commit);
  const checkout = await moveAlong(git, followed, commit);
  const done = { ...view, commit, checkout, ...(entry && { entry }) };
  if (loud) terminal.print(doneText(done));
  else terminal.json(rollbackJson(done));
  return exitCode(entry);
}

async function plannedRollback(context: Context, input: Input, git: Git, site: string): Promise<RollbackView> {
  const followed = await fetchFollowed(git, site);
  const named = input.words("SERVICE");
  const where: Where = { git, followed, services: named, now: context.clock.now(), zone: context.zone };
  const target = await targetOf(where, input.option("--to"));
  const composed = await compose(git, { base: followed.head, target, services: named });
  const data = input.option("--data");
  const { restore, without } =
    data === undefined ? { restore: {}, without: [] } : await statesOf(where, target, composed.services, data);
  const subject = await git.ask(["log", "--max-count=1", "--format=%s", target, "--"]);
  const { now, zone } = where;
  const reason = input.option("--message");
  return { site, named, followed, target: { commit: target, subject }, composed, restore, without, reason, now, zone };
}

/** The checkout around; on the machine itself, without one, there is nobody who signs. Problems: `NO_CHECKOUT`, `SITE_NOT_AT_TOP`. */
async function checkoutOf(context: Context, input: Input): Promise<{ readonly git: Git; readonly site: string }> {
  const { cwd, env, signal } = context;
  const found = input.option("--site") ?? (await nearestSite(cwd));
  const directory = found === undefined ? noCheckout(cwd) : await siteDirectory(context, input);
  const git = gitIn(directory, env, signal);
  const inside = await git.try(["rev-parse", "--show-prefix"]);
  if (inside.code !== 0) return noCheckout(directory);
  if (inside.stdout.trim() !== "") {
    fail("SITE_NOT_AT_TOP", `expected the site at the top of its repository, got it in ${inside.stdout.trim()}`, {
      hint: "git revert takes single commits back there",
    });
  }
  return { git, site: await nameIn(directory) };
}

function noCheckout(directory: string): never {
  return fail(
    "NO_CHECKOUT",
    `expected a checkout of the site in ${directory}, got none: a rollback is a commit that you sign`,
    {
      hint: "git clone the site's repository where your key is, and run it there",
    },
  );
}

/** Whether what came back is a site that can run; if not, says why. Problems of other services are theirs. */
async function isSound(context: Context, input: Input, git: Git, { tree, services }: Composed): Promise<boolean> {
  const { terminal, home } = context;
  return withFilesOf(git, tree, async (files) => {
    const loaded = await load(files, { images: imagesIn(home) });
    const mine = new Set(["site.yaml", "people.yaml", ...services.map((name) => `services/${name}.yaml`)]);
    const problems = loaded.problems.filter(
      ({ severity, place }) => severity === "error" && mine.has(place?.file ?? ""),
    );
    if (loaded.site !== undefined && problems.length === 0) return true;
    terminal.say([
      ...checkText({ ...loaded, problems }, terminal.columns),
      "",
      "Nothing was changed: the files of then do not fit the rest of now.",
    ]);
    if (input.has("--json")) terminal.json(problemsJson(problems));
    return false;
  });
}

/** What became of the commit; undefined where nobody tells. */
async function entryOf(git: Git, followed: Followed, commit: string): Promise<Entry | undefined> {
  const published = await fetchPublished(git, followed);
  return published?.entries.find(({ revision }) => revision?.commit === commit);
}

/** 0 all done, or nobody tells; 1 nothing of it, 3 a part. */
function exitCode(entry: Entry | undefined): number {
  const results = Object.values(entry?.services ?? {}).map(({ result }) => result);
  const done = results.filter((result) => result === "done").length;
  if (done === results.length) return 0;
  return done === 0 ? 1 : 3;
}
