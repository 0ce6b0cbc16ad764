import type { Command } from "../command.ts";
import { imagesIn } from "../home.ts";
import { required } from "../input.ts";
import { withNextUp } from "../next-up.ts";
import { jsonOption, siteOption } from "../options.ts";
import { readDuration } from "../quantity.ts";
import { siteDirectory } from "../site-directory.ts";
import { checkText } from "../views/check.ts";
import { inviteJson, inviteText } from "../views/invite.ts";
import { problemsJson } from "../views/problems.ts";

export const invite: Command = {
  name: "invite",
  summary: "let a person set a password of their own",
  description: [
    "Makes a link with which NAME sets a password on the start page, once; you never know it. The link is shown this one time. people.yaml gets only its digest, and until when it works.",
    "A password that NAME has now works until the new one is set. A new invitation ends an older one that was not used.",
  ],
  arguments: [{ name: "NAME", summary: "the person", takes: "one", offer: "nothing" }],
  options: [
    { flag: "--for", value: "TIME", summary: "how long the link works: 12h, 3d, 2w, at most a year (default: 1w)" },
    siteOption,
    jsonOption,
  ],
  exits: [10],
  examples: [
    ["freehold invite ben", "a link that works for a week"],
    ["freehold invite ben --for 1d", "a link that works until this time tomorrow"],
  ],
  async run(context, input) {
    const { terminal } = context;
    const { load } = await import("../../site/load.ts");
    const { invite: write } = await import("../invite.ts");
    const name = required(input, "NAME");
    const directory = await siteDirectory(context, input);
    const loaded = await load(directory, { images: imagesIn(context.home) });
    if (loaded.site === undefined) {
      terminal.say(checkText(loaded, terminal.columns));
      if (input.has("--json")) terminal.json(problemsJson(loaded.problems));
      return 10;
    }
    const span = readDuration(input.option("--for") ?? "1w");
    const made = await write({ directory, site: loaded.site }, name, span, context.clock.now());
    if (input.has("--json")) terminal.json(inviteJson(made));
    else terminal.print(await withNextUp(context, directory, inviteText(made, context.zone)));
    return 0;
  },
};
