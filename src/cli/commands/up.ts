import type { Command } from "../command.ts";
import { jsonOption, siteOption, yesOption } from "../options.ts";

export const up: Command = {
  name: "up",
  summary: "make this machine run what the site's files say",
  description: [
    "Shows what would change, asks, and does it: independent things side by side, each service only when what it needs is there. It may be interrupted at any moment and run again. When there is nothing to change it says so at once.",
    "A service whose file has problems is left as it runs, the others are brought up (exit code 3). A problem in site.yaml stops everything.",
    "A site that follows git is changed by git push: from a directory it is not brought up any more.",
    "With SERVICE only these are brought to what their files say; the others stay as they were last brought up.",
  ],
  arguments: [{ name: "SERVICE", summary: "only these", takes: "any number", offer: "service" }],
  options: [
    yesOption,
    siteOption,
    {
      flag: "--site-name",
      value: "NAME",
      summary: "a site that follows git: as its repository says, after freehold down for instance",
      offer: "nothing",
    },
    jsonOption,
  ],
  exits: [3, 10, 11],
  examples: [
    ["freehold up", "show the changes, ask, make them"],
    ["freehold up --yes blog", "bring only blog up, without asking"],
  ],
  async run(context, input) {
    const name = input.option("--site-name");
    if (name !== undefined) {
      const { deploySite } = await import("../deploy-site.ts");
      return deploySite(context, name, { way: "up" });
    }
    const { bringUp } = await import("../bring-up.ts");
    const { withRuntime } = await import("../site-session.ts");
    const { needKeeper } = await import("../need-keeper.ts");
    const { needOwnFiles } = await import("../push/own-files.ts");
    return withRuntime(context, input, async (session, runtime) => {
      await needKeeper(runtime, session.site, "up");
      await needOwnFiles(session);
      return bringUp(context, input, session, runtime);
    });
  },
};
