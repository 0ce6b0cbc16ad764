import type { Command } from "../command.ts";
import { jsonOption, siteOption, yesOption } from "../options.ts";

export const release: Command = {
  name: "release",
  summary: "tag the month and write down what changed in it",
  description: [
    "Makes the tag of this month, such as v26.11, with notes from the commits since the last one: in groups by the word that their subject begins with (feat, fix, docs, deps), each with who made it, and how many only took newer images. A second one in a month is v26.11.1.",
    "The tag changes nothing that runs. It is signed where your commits are.",
  ],
  arguments: [],
  options: [{ flag: "--dry-run", summary: "print the notes and tag nothing" }, yesOption, siteOption, jsonOption],
  exits: [],
  examples: [
    ["freehold release", "show the notes, ask, tag"],
    ["freehold release --yes && git push --follow-tags", "on the first of a month, as a job"],
  ],
  async run(context, input) {
    const { runRelease } = await import("../release/run.ts");
    return runRelease(context, input);
  },
};
