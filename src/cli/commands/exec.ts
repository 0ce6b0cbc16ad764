import type { Command } from "../command.ts";
import { required } from "../input.ts";
import { siteOption } from "../options.ts";
import { usageProblem } from "../usage.ts";

export const exec: Command = {
  name: "exec",
  summary: "run a command inside a service",
  description: [
    "Runs a command inside a running service, with this terminal or these streams. The exit code is the command's own.",
    "Options for freehold stand before SERVICE.",
  ],
  arguments: [
    {
      name: "SERVICE[/PART]",
      summary: "the service, and which part when it has several",
      takes: "one",
      offer: "service",
    },
    { name: "COMMAND", summary: "the command and its words, after --", takes: "at least one", offer: "nothing" },
  ],
  options: [siteOption],
  exits: [10],
  examples: [
    ["freehold exec git -- ls /var/lib/git", "look into a service"],
    ["freehold exec photos/server -- sh", "a shell in one part"],
  ],
  passThrough: true,
  async run(context, input) {
    const { withRuntime } = await import("../site-session.ts");
    const { containerOf } = await import("../containers.ts");
    const words = input.words("COMMAND");
    const command = words[0] === "--" ? words.slice(1) : words;
    if (command.length === 0) throw usageProblem("USAGE_ARGUMENT", "expected a command after --, got nothing", exec);
    return withRuntime(context, input, async ({ site }, runtime) => {
      const container = containerOf(await runtime.observe(site.name), site, required(input, "SERVICE[/PART]"));
      return runtime.exec(site.name, container.id, command);
    });
  },
};
