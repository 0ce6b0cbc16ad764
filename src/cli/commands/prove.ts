import type { Command } from "../command.ts";
import { jsonOption, siteOption } from "../options.ts";
import { proofJson, proofText } from "../views/prove.ts";

export const prove: Command = {
  name: "prove",
  summary: "try every way between services, and compare with the files",
  description: [
    "From inside every running service tries to reach every other one, this machine, a private and a public address, on every port that somebody listens on, that the files name, or that is common. What opens must be what reach declares: no more, no less.",
    "Exit code 1 on any difference, and when nothing runs.",
  ],
  arguments: [],
  options: [
    { flag: "--all-ports", summary: "try all 65,535 ports of each, which takes a while" },
    siteOption,
    jsonOption,
  ],
  exits: [10],
  examples: [
    ["freehold prove", "the matrix of who reaches whom"],
    ["freehold prove --json", "every way that was tried, for a program"],
  ],
  async run(context, input) {
    const { terminal, clock } = context;
    const { withRuntime } = await import("../site-session.ts");
    const { prove: tryAll } = await import("../../observe/prove.ts");
    return withRuntime(context, input, async ({ site, applied }, runtime) => {
      const began = clock.now();
      const tried = applied === undefined || applied.stopped ? site : applied.site;
      const ports = input.has("--all-ports") ? Array.from({ length: 65_535 }, (_, index) => index + 1) : undefined;
      const around = { ...(await context.surroundings(site)), ...(ports && { ports }) };
      const proof = await tryAll(tried, await runtime.observe(site.name), runtime, around);
      const view = { site: site.name, proof, milliseconds: clock.now() - began };
      if (input.has("--json")) terminal.json(proofJson(view));
      else terminal.print(proofText(view, terminal.columns));
      return proof.differences.length > 0 || proof.cells.length === 0 ? 1 : 0;
    });
  },
};
