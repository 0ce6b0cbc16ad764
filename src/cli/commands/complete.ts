import type { Command } from "../command.ts";
import { candidates } from "../complete.ts";

/** Made with the commands that it completes, since they are not known from here. */
export function completeFor(commands: readonly Command[]): Command {
  return {
    name: "complete",
    summary: "list what may stand for the last of some words",
    description: ["For the scripts of freehold completion: one candidate a line."],
    arguments: [
      {
        name: "WORD",
        summary: "the words so far, the last one perhaps unfinished",
        takes: "any number",
        offer: "nothing",
      },
    ],
    options: [],
    exits: [],
    examples: [["freehold complete -- logs ca", "calendar"]],
    hidden: true,
    passThrough: true,
    async run(context, input) {
      const words = input.words("WORD");
      const found = await candidates(words[0] === "--" ? words.slice(1) : words, commands, context);
      context.terminal.raw(found.map((word) => `${word}\n`).join(""));
      return 0;
    },
  };
}
