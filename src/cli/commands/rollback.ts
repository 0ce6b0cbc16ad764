import type { Command } from "../command.ts";
import { jsonOption, siteOption, yesOption } from "../options.ts";

export const rollback: Command = {
  name: "rollback",
  summary: "bring services back to how they were, by a new commit",
  description: [
    "Makes a commit on the branch that the site follows, in which the files of these services (and what they name in files, static and build, and their images in the lock) are as they were, signs it as git is set up here, and pushes it. Without SERVICE: all services and site.yaml. Without --to: as they were before their last change. What you have not committed stays untouched.",
    "People, secrets and who may sign never go back: git revert takes such a commit back when that is meant.",
    "With --data the data goes back, too: to the snapshot that was taken when that version was replaced. What is there now is kept as another snapshot. The commit says so in its last lines, so nobody can bring back data who may not sign.",
  ],
  arguments: [{ name: "SERVICE", summary: "only these", takes: "any number", offer: "service" }],
  options: [
    { flag: "--to", value: "REV|TIME", summary: "a commit, or a time: 2h, 14:03, 2026-11-20", offer: "nothing" },
    { flag: "--data", value: "SNAPSHOT", valueOptional: true, summary: "the data, too, of then or of a snapshot" },
    { flag: "--message", short: "-m", value: "TEXT", summary: "why, for the history", offer: "nothing" },
    yesOption,
    siteOption,
    jsonOption,
  ],
  exits: [3, 10],
  examples: [
    ["freehold rollback mail", "mail as it was before its last change"],
    ["freehold rollback mail --data -m 'it lost letters'", "with the data of then, and the reason"],
    ["freehold rollback --to 2h --yes", "the whole site as it was two hours ago, without asking"],
  ],
  async run(context, input) {
    const { rollBack } = await import("../rollback/roll-back.ts");
    return rollBack(context, input);
  },
};
