import { trust } from "../../controller/trusted.ts";
import { forgetFollowed } from "../../ledger/followed.ts";
import { readSource } from "../../ledger/source.ts";
import { fail } from "../../lib/problem.ts";
import { readCommits } from "../../source/commits.ts";
import { descends } from "../../source/history.ts";
import { resolve, setHead } from "../../source/repository.ts";
import type { Context, Input } from "../command.ts";
import { confirm } from "../confirm.ts";
import { machineSite } from "../machine-site.ts";
import { lockSite } from "../site-lock.ts";
import { acceptedJson, acceptedText, acceptQuestion } from "../views/source.ts";

/**
 * `freehold source accept REV`: the person vouches for a commit and for all that came before it, signed or not, also when history is wound back by that. Only
 * here, on the machine, whose own branch it becomes; of a remote it is what comes next must descend from. Problems: `SOURCE_NONE`, `REVISION_UNKNOWN`, `LOCKED`, `USAGE_UNATTENDED`.
 */
export async function acceptRevision(context: Context, input: Input, rev: string): Promise<number> {
  const { terminal } = context;
  const { name, layout } = await machineSite(context, input);
  const source = await readSource(layout.ledger);
  if (source === undefined) return fail("SOURCE_NONE", `expected ${name} to follow git, got a site that does not yet`);
  const id = await resolve(layout.repository, rev);
  const [commit] = await readCommits(layout.repository, [id]);
  if (commit === undefined) return fail("REVISION_UNKNOWN", `expected a commit, got "${rev}"`);
  const { trusted } = source;
  const winds = trusted !== undefined && !(await descends({ repository: layout.repository }, id, trusted));
  const view = { site: name, commit, way: winds ? "back" : "forward", source } as const;
  if (!input.has("--yes") && !(await confirm(context, acceptQuestion(view), "accept a commit unseen"))) {
    terminal.print(["Nothing was changed."]);
    return 1;
  }
  const held = await lockSite(context, layout, "source accept");
  try {
    await trust(layout, id);
    if (source.remote === undefined) await setHead(layout.repository, source.branch, id);
    await forgetFollowed(layout.ledger);
  } finally {
    await held.release();
  }
  if (input.has("--json")) terminal.json(acceptedJson(view));
  else terminal.print(acceptedText(view));
  return 0;
}
