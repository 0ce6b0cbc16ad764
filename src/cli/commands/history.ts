import { fail } from "../../lib/problem.ts";
import type { Command } from "../command.ts";
import { jsonOption, siteOption } from "../options.ts";
import { readCount } from "../quantity.ts";

export const history: Command = {
  name: "history",
  summary: "who changed what, when, why, and what came of it",
  description: [
    "Without SERVICE: the changes of the site, the newest first: when, who wrote them, who signed them, why, what changed, and whether it was done, undone or held back.",
    "With SERVICE: every setting of its file as it runs, and the commit that gave it its value. With SETTING, a path such as limits.memory, how that setting changed, with the reasons. A file of the site by its name (site.yaml) stands for SERVICE as well.",
    "Works in a checkout, which fetches what the machine tells, and on the machine itself.",
  ],
  arguments: [
    { name: "SERVICE", summary: "whose settings are asked for", takes: "at most one", offer: "service" },
    { name: "SETTING", summary: "the path of one of them: limits.memory", takes: "at most one", offer: "nothing" },
  ],
  options: [
    { flag: "--tail", short: "-n", value: "N", summary: "only the last N changes (default: 20)" },
    siteOption,
    { flag: "--site-name", value: "NAME", summary: "a site of this machine, by its name", offer: "nothing" },
    jsonOption,
  ],
  exits: [10],
  examples: [
    ["freehold history", "the last 20 changes of the site"],
    ["freehold history mail", "which commit each of its settings comes from"],
    ["freehold history mail limits.memory", "how much memory it was given, when, by whom and why"],
  ],
  async run(context, input) {
    const { terminal, clock, zone } = context;
    const limit = readCount(input.option("--tail") ?? "20");
    const { pastOf } = await import("../past.ts");
    const past = await pastOf(context, input);
    const seat = { now: clock.now(), zone, columns: terminal.columns };
    const json = input.has("--json");
    const [service, setting] = [input.argument("SERVICE"), input.argument("SETTING")];
    if (service === undefined) {
      const { tell } = await import("../history/told.ts");
      const told = await tell(past, limit);
      if (json) terminal.json((await import("../views/history-json.ts")).journalJson(past, told));
      else terminal.print((await import("../views/history.ts")).journalText(past, told, seat));
      return 0;
    }
    const { filePast, liveSettings, settingChanges } = await import("../history/service-past.ts");
    const { git, head, site } = past;
    if (git === undefined || head === undefined) return notInGit(site);
    const { changesJson, settingsJson } = await import("../views/history-json.ts");
    const { changesText, settingsText } = await import("../views/settings.ts");
    const found = await filePast({ ...past, git, head }, service);
    if (setting === undefined) {
      const settings = liveSettings(found);
      if (json) terminal.json(settingsJson(found.file, found.commit, settings));
      else terminal.print(settingsText({ ...found, by: past.by }, settings, seat));
      return 0;
    }
    const changes = settingChanges(found, setting);
    if (json) terminal.json(changesJson(found.file, changes));
    else terminal.print(changesText(found.file, changes, seat));
    return 0;
  },
};

function notInGit(site: string): never {
  return fail("HISTORY_NONE", `expected ${site} to be in git, got files without a past`, {
    hint: "git init; git add .; git commit: from then on each change has an author and a reason",
  });
}
