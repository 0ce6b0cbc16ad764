import type { Command } from "../command.ts";

/** Run by the hook of the site's repository, and by the controller. */
export const deploy: Command = {
  name: "deploy",
  summary: "bring what the site's repository says to this machine",
  description: [
    "Judges the newest commit of what the site follows and, if everybody who signed may, makes the machine be as its files say. Run by the repository's hook after a push, and by the supervisor. It may be killed at any moment and run again.",
  ],
  arguments: [],
  options: [
    { flag: "--site-name", value: "NAME", summary: "the site", offer: "nothing" },
    { flag: "--rev", value: "COMMIT", summary: "what was fetched from the remote", offer: "nothing" },
    { flag: "--pushed", summary: "somebody pushed and reads along; the hook's lines come on standard input" },
  ],
  exits: [3, 10, 11],
  examples: [["freehold deploy --site-name home", "bring home's newest commit to this machine"]],
  hidden: true,
  async run(context, input) {
    const { deploySite } = await import("../deploy-site.ts");
    const { requiredOption } = await import("../input.ts");
    const name = requiredOption(input, "--site-name");
    if (!input.has("--pushed")) {
      const rev = input.option("--rev");
      return deploySite(context, name, { way: "follow", ...(rev && { rev }) });
    }
    const { pushersTerminal } = await import("../narrow-terminal.ts");
    const { deployPushed } = await import("../push/deploy-pushed.ts");
    return deployPushed({ ...context, terminal: pushersTerminal(context.terminal) }, name);
  },
};
