import type { Command } from "../command.ts";
import { jsonOption, siteOption } from "../options.ts";
import { statusJson, statusText } from "../views/status.ts";

export const status: Command = {
  name: "status",
  summary: "how every service is, where it is found, what to do next",
  description: [
    "Asks every service of the site whether it works. freehold alone, inside a site, does the same.",
    "Services whose files have problems are shown as they run.",
  ],
  arguments: [],
  options: [siteOption, jsonOption],
  exits: [10],
  examples: [
    ["freehold status", "how all is"],
    ["freehold status --json", "the same for a program, with every part"],
  ],
  async run(context, input) {
    const { terminal } = context;
    const { withRuntime } = await import("../site-session.ts");
    const { siteStatus } = await import("../site-status.ts");
    return withRuntime(context, input, async (session, runtime) => {
      const view = await siteStatus(context, session, runtime);
      if (input.has("--json")) terminal.json(statusJson(view));
      else terminal.print(statusText(view, terminal.columns));
      return 0;
    });
  },
};
