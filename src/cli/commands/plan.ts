import type { Command, Context, Input } from "../command.ts";
import { placeOf } from "../on-cluster.ts";
import { jsonOption, siteOption } from "../options.ts";
import { planJson, planText } from "../views/plan.ts";
import { problemsJson } from "../views/problems.ts";
import { refusedText } from "../views/refused.ts";

export const plan: Command = {
  name: "plan",
  summary: "show what up would change, and what that means",
  description: [
    "Compares the site's files with what runs on this machine and shows each difference by service, why, and what it means for those who use it. Changes nothing.",
    "On a cluster the cluster itself tries each step without doing it, and what it would refuse is shown with the line that asks for it; other services go on.",
    "A service whose file has problems is left as it runs. A problem in site.yaml stops everything.",
    "With --rev the files of a branch or commit are planned, and the checkout stays as it is: compared with what runs, or, on a machine that does not run the site, with what would run at --base (default: the site's branch as it was fetched last). --markdown is for a comment on a pull request.",
  ],
  arguments: [],
  options: [
    { flag: "--rev", value: "REV", summary: "plan the files of this branch or commit", offer: "nothing" },
    {
      flag: "--base",
      value: "REV",
      summary: "compare with the files of this one, not with what runs",
      offer: "nothing",
    },
    { flag: "--markdown", summary: "print it as Markdown" },
    siteOption,
    { flag: "--site-name", value: "NAME", summary: "a site of this machine, by its name, for --rev", offer: "nothing" },
    jsonOption,
  ],
  exits: [4, 10],
  examples: [
    ["freehold plan", "what the next up will do; exit code 4 when there is something"],
    ["freehold plan --json", "every step with its reasons, for a program"],
    ["freehold plan --rev more-memory --markdown", "what a branch would change, for those who review it"],
  ],
  async run(context, input) {
    const { terminal } = context;
    const rev = input.option("--rev") ?? (input.has("--base") ? "HEAD" : undefined);
    if (rev !== undefined) return planOfRevision(context, input, rev);
    const { sayProblems, withRuntime } = await import("../site-session.ts");
    const { prepare } = await import("../../controller/prepare.ts");
    const { summary } = await import("../../plan/summary.ts");
    const { leavingAfter } = await import("../leaving-after.ts");
    const { rehearsePlan } = await import("../../controller/rehearse.ts");
    return withRuntime(context, input, async (session, runtime) => {
      const prepared = await prepare(session.site, runtime);
      const refused = await rehearsePlan(prepared.plan, runtime, session.directory, context.signal);
      const view = {
        host: placeOf(context, session.site),
        site: session.site,
        broken: session.loaded.broken,
        heldBack: session.heldBack,
        plan: prepared.plan,
        summary: summary(prepared.plan),
        leaving: await leavingAfter(context, session, prepared),
      };
      if (input.has("--json")) terminal.json({ ...planJson(view), refused: problemsJson(refused).problems });
      else if (input.has("--markdown")) {
        const { planMarkdown } = await import("../views/plan-markdown.ts");
        const { problems } = session.loaded;
        terminal.raw(planMarkdown({ ...view, problems, against: { by: "machine", host: context.host } }));
      } else {
        sayProblems(context, session);
        const { withNextUp } = await import("../next-up.ts");
        const next = view.summary.steps > 0 ? ["", "next: freehold up"] : [];
        const text = [...planText(view, terminal.columns), ...refusedText(refused, terminal.columns), ...next];
        terminal.print(await withNextUp(context, session.directory, text));
      }
      return view.summary.steps > 0 ? 4 : 0;
    });
  },
};

async function planOfRevision(context: Context, input: Input, rev: string): Promise<number> {
  const { terminal } = context;
  const { planRevision } = await import("../plan-revision.ts");
  const { sayProblems } = await import("../site-session.ts");
  const { comparedWith, planMarkdown } = await import("../views/plan-markdown.ts");
  return planRevision(context, input, rev, (view, session) => {
    if (input.has("--json")) return terminal.json(planJson(view));
    if (input.has("--markdown")) return terminal.raw(planMarkdown(view));
    sayProblems(context, session);
    terminal.print([comparedWith(view), "", ...planText(view, terminal.columns)]);
  });
}
