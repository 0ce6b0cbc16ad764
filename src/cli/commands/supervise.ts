import type { Command } from "../command.ts";
import { usageProblem } from "../usage.ts";

export const supervise: Command = {
  name: "supervise",
  summary: "keep a site as it was last brought up",
  description: ["Runs until it is stopped, or until down. up starts it by itself; systemd starts it at boot."],
  arguments: [],
  options: [{ flag: "--site-name", value: "NAME", summary: "the site's name" }],
  exits: [11],
  examples: [["freehold supervise --site-name home", "keep home running"]],
  hidden: true,
  async run(context, input) {
    const site = input.option("--site-name");
    if (site === undefined) throw usageProblem("USAGE_OPTION", "expected --site-name NAME, got nothing", supervise);
    const { supervise: keep } = await import("../../controller/supervise.ts");
    const { lineLog } = await import("../../lib/log.ts");
    const { roots, signal, clock, terminal } = context;
    const runtime = await context.createRuntime();
    try {
      await keep({ roots, site, runtime, signal, clock, log: lineLog((line) => terminal.raw(line), clock) });
    } finally {
      await runtime.close();
    }
    return 0;
  },
};
