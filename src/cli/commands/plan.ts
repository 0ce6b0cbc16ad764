import type { Command } from "../command.ts";
import { jsonOption, siteOption } from "../options.ts";
import { planJson, planText } from "../views/plan.ts";

export const plan: Command = {
  name: "plan",
  summary: "show what up would change, and what that means",
  description: [
    "Compares the site's files with what runs on this machine and shows each difference by service, why, and what it means for those who use it. Changes nothing.",
    "A service whose file has problems is left as it runs. A problem in site.yaml stops everything.",
  ],
  arguments: [],
  options: [siteOption, jsonOption],
  exits: [4, 10],
  examples: [
    ["freehold plan", "what the next up will do; exit code 4 when there is something"],
    ["freehold plan --json", "every step with its reasons, for a program"],
  ],
  async run(context, input) {
    const { terminal } = context;
    const { sayProblems, withRuntime } = await import("../site-session.ts");
    const { prepare } = await import("../../controller/prepare.ts");
    const { summary } = await import("../../plan/summary.ts");
    return withRuntime(context, input, async (session, runtime) => {
      const prepared = await prepare(session.site, runtime);
      const view = {
        host: context.host,
        site: session.site,
        broken: session.loaded.broken,
        plan: prepared.plan,
        summary: summary(prepared.plan),
      };
      if (input.has("--json")) terminal.json(planJson(view));
      else {
        sayProblems(context, session);
        terminal.print([
          ...planText(view, terminal.columns),
          ...(view.summary.steps > 0 ? ["", "next: freehold up"] : []),
        ]);
      }
      return view.summary.steps > 0 ? 4 : 0;
    });
  },
};
