import type { Command } from "../command.ts";

/** The hook of the site's repository before a push is taken. */
export const receiveCheck: Command = {
  name: "receive-check",
  summary: "judge a push before it is taken",
  description: [
    "For the hook pre-receive of a site's repository: everybody who signed must be allowed to, the branch that the site follows is not wound back, and the site's files have no errors. Reads git's lines from standard input.",
  ],
  arguments: [],
  options: [{ flag: "--site-name", value: "NAME", summary: "the site", offer: "nothing" }],
  exits: [10],
  examples: [["freehold receive-check --site-name home", "what the hook runs"]],
  hidden: true,
  async run(context, input) {
    const { checkPush } = await import("../push/check-push.ts");
    const { requiredOption } = await import("../input.ts");
    const { pushersTerminal } = await import("../narrow-terminal.ts");
    return checkPush({ ...context, terminal: pushersTerminal(context.terminal) }, requiredOption(input, "--site-name"));
  },
};
