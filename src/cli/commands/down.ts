import type { Command } from "../command.ts";
import { jsonOption, siteOption, yesOption } from "../options.ts";

export const down: Command = {
  name: "down",
  summary: "stop everything of the site; its data is kept",
  description: [
    "Takes away everything of the site that runs on this machine, the front door and the supervisor too. What is in state stays, and is there again with the next up.",
    "With --delete-state the data goes for good. That is asked by name: the site's name must be typed, or given as --delete-state=NAME together with --yes.",
  ],
  arguments: [],
  options: [
    yesOption,
    { flag: "--delete-state", value: "NAME", valueOptional: true, summary: "delete the data of all its services too" },
    siteOption,
    {
      flag: "--site-name",
      value: "NAME",
      summary: "a site of this machine, whatever became of its files",
      offer: "nothing",
    },
    jsonOption,
  ],
  exits: [3, 10, 11],
  examples: [
    ["freehold down", "stop the site, keep its data"],
    ["freehold down --yes --delete-state=home", "delete the site home from this machine"],
    ["freehold down --site-name attic", "stop attic, whose files now have another name, or are gone"],
  ],
  async run(context, input) {
    const { takeDown } = await import("../take-down.ts");
    const name = input.option("--site-name");
    if (name !== undefined) {
      const { withNamedSite } = await import("../named-site.ts");
      return withNamedSite(context, name, (named, runtime) => takeDown(context, input, named, runtime));
    }
    const { withRuntime } = await import("../site-session.ts");
    return withRuntime(context, input, (session, runtime) => takeDown(context, input, session, runtime));
  },
};
