import type { Command } from "../command.ts";
import { imagesIn } from "../home.ts";
import { jsonOption, siteOption } from "../options.ts";
import { siteDirectory } from "../site-directory.ts";
import { checkText } from "../views/check.ts";
import { problemsJson } from "../views/problems.ts";

export const check: Command = {
  name: "check",
  summary: "say what is wrong in the site's files, and how to mend it",
  description: [
    "Reads the site's files and shows every problem with its place. Nothing else is needed: no network, no keys, no Podman, and nothing is changed.",
    "Warnings stop nothing. A problem in a service's file leaves that service as it runs; one in site.yaml stops everything.",
  ],
  arguments: [],
  options: [siteOption, jsonOption],
  exits: [10],
  examples: [
    ["freehold check", "check the site around the current directory"],
    ["freehold check --site ~/home --json", "the problems of another site, for a program"],
  ],
  async run(context, input) {
    const { load } = await import("../../site/load.ts");
    const loaded = await load(await siteDirectory(context, input), { images: imagesIn(context.home) });
    if (input.has("--json")) context.terminal.json(problemsJson(loaded.problems));
    else context.terminal.print(checkText(loaded, context.terminal.columns));
    return loaded.problems.some(({ severity }) => severity === "error") ? 10 : 0;
  },
};
