import { rm } from "node:fs/promises";
import { join } from "node:path";
import { judge } from "../../controller/trusted.ts";
import { readSource, type SourceState } from "../../ledger/source.ts";
import { fail, problemOf } from "../../lib/problem.ts";
import { type SiteLayout, siteLayout } from "../../providers/layout.ts";
import { load } from "../../site/load.ts";
import { exportRevision } from "../../source/export.ts";
import { descends } from "../../source/history.ts";
import { type Quarantine, quarantineOf } from "../../source/quarantine.ts";
import { restoresOf } from "../../source/trailers.ts";
import { unusableSite } from "../carry-head.ts";
import type { Context } from "../command.ts";
import { imagesIn } from "../home.ts";
import { verifySecrets } from "../verify-secrets.ts";
import { checkText } from "../views/check.ts";
import { failureText } from "../views/failure.ts";
import { revisionsText } from "../views/revisions.ts";
import { missingSnapshot } from "./needed-snapshots.ts";
import { type Received, receivedRefs } from "./received.ts";

/**
 * The hook before a push is taken: judges what it brings to the branch that the site follows as a deploy would, and checks its files.
 * Any error rejects all of the push, since the person who can mend it sits before it; other branches and tags may be pushed as one
 * likes. Standard input has git's lines, the environment its quarantine. Resolves with 0 (take it), 1 or 10.
 */
export async function checkPush(context: Context, name: string): Promise<number> {
  try {
    return await check(context, name);
  } catch (thrown) {
    const { terminal, signal } = context;
    if (signal.aborted) throw thrown;
    refused(context, name, failureText(problemOf(thrown), terminal.columns));
    return 1;
  }
}

async function check(context: Context, name: string): Promise<number> {
  const { terminal, env, roots, signal } = context;
  const layout = siteLayout(roots, name);
  const refs = receivedRefs(await terminal.all(signal));
  const source = (await readSource(layout.ledger)) ?? noSource(name);
  for (const one of refs) needAllowed(one, source);
  const followed = refs.find(({ ref }) => ref === `refs/heads/${source.branch}`);
  if (followed?.to === undefined) return 0;
  const pushed = { ...followed, to: followed.to };
  return checkHead(context, { name, layout, quarantine: quarantineOf(env) }, pushed);
}

type Where = { readonly name: string; readonly layout: SiteLayout; readonly quarantine: Quarantine };

async function checkHead(context: Context, where: Where, { from, to }: Received & { readonly to: string }) {
  const { name, layout, quarantine } = where;
  const { terminal } = context;
  if (from !== undefined && !(await descends({ repository: layout.repository, quarantine }, to, from)))
    rewound(from, to);
  const revisions = await judge(layout, to, { quarantine });
  terminal.print(revisionsText(revisions, terminal.columns));
  const { restore, problems } = restoresOf(revisions);
  const trailer = problems[0] ?? (await missingSnapshot(context, name, restore));
  if (trailer !== undefined) return refused(context, name, failureText(trailer, terminal.columns));
  const directory = join(layout.revisions, to);
  await exportRevision(layout.repository, to, directory, { quarantine });
  const code = await checkFiles(context, where, directory);
  // what was taken is needed by the deploy at once; what was not is nobody's
  if (code !== 0) await rm(directory, { recursive: true, force: true });
  return code;
}

async function checkFiles(context: Context, { name }: Where, directory: string): Promise<number> {
  const { terminal, home } = context;
  const loaded = await load(directory, { images: imagesIn(home) });
  terminal.print(checkText(loaded, terminal.columns));
  const unusable = unusableSite(loaded, name);
  if (loaded.site === undefined || loaded.problems.some(({ severity }) => severity === "error"))
    return refused(context, name, []);
  if (unusable !== undefined) return refused(context, name, failureText(unusable, terminal.columns));
  await verifySecrets(context, { directory, site: loaded.site });
  return 0;
}

/** What was wrong, unless it was said already, and that nothing came of it. */
function refused({ terminal }: Context, name: string, words: ReturnType<typeof failureText>): number {
  terminal.print([
    ...words,
    "",
    `Nothing of this push was taken: ${name} runs on as before.`,
    ...(words.length === 0 ? ["next: mend it, git commit --amend, and push again"] : []),
  ]);
  return 10;
}

function needAllowed({ ref, to }: Received, { branch, remote }: SourceState): void {
  if (!/^refs\/(heads|tags)\/./.test(ref))
    fail("PUSH_REF", `expected a branch or a tag, got ${ref}`, { hint: "git push REMOTE BRANCH" });
  if (ref !== `refs/heads/${branch}`) return;
  if (remote !== undefined)
    fail(
      "PUSH_ELSEWHERE",
      `expected changes of ${branch} from ${remote.url}, which this site follows, got a push here`,
      {
        hint: `push to ${remote.url}; other branches may be pushed here`,
      },
    );
  if (to === undefined)
    fail("PUSH_DELETES", `expected ${branch} to stay, since the site follows it, got its deletion`, {
      hint: "git revert takes changes back; freehold down stops the site",
    });
}

function rewound(from: string, to: string): never {
  return fail("REWOUND", `expected what follows ${from.slice(0, 7)}, got ${to.slice(0, 7)}, which does not`, {
    hint: "git pull --rebase, then push again; to go back: git revert, or freehold rollback",
  });
}

function noSource(name: string): never {
  return fail("SOURCE_NONE", `expected ${name} to follow its repository, got a site that does not`, {
    hint: `on the machine: freehold install --site-name ${name}`,
  });
}
