import type { Command } from "../command.ts";
import { siteOption } from "../options.ts";

export const run: Command = {
  name: "run",
  summary: "keep a site running, and follow its repository, in the foreground",
  description: [
    "What freehold up starts in the background, here in the foreground, for machines without systemd or a place that watches over programs itself: it brings back what stops, mends what was changed, renews certificates, and brings each new commit of what the site follows to this machine.",
    "It ends when it is interrupted; what runs goes on running. One site has one of these at a time.",
  ],
  arguments: [],
  options: [siteOption, { flag: "--site-name", value: "NAME", summary: "a site of this machine", offer: "nothing" }],
  exits: [10, 11],
  examples: [["freehold run --site-name home", "keep home running until it is interrupted"]],
  async run(context, input) {
    const { needRoot } = await import("../root.ts");
    const { machineSite } = await import("../machine-site.ts");
    const { supervisorEnvironment } = await import("../supervisor-environment.ts");
    const { become } = await import("../../lib/become.ts");
    const { join } = await import("node:path");
    needRoot(context.user);
    const { name } = await machineSite(context, input);
    const program = join(context.home, "bin/freehold");
    return become([program, "supervise", "--site-name", name], supervisorEnvironment(context.env));
  },
};
