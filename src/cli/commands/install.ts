import type { Command } from "../command.ts";
import { siteOption } from "../options.ts";

export const install: Command = {
  name: "install",
  summary: "take a site's changes by git, and keep it running from boot on",
  description: [
    "Makes the bare repository that one pushes the site's changes to, or brings its hooks up to date. In a checkout of the site it also adds that repository as a remote of the site's name, and has git sign your commits by a key that this machine then takes.",
    "Where systemd runs the machine it installs the unit freehold@NAME and starts it; elsewhere freehold run does the same in the foreground. It may be run again at any time.",
    "Of a site that runs on a cluster it puts a controller into that: it keeps the site's ledger from then on, renews certificates, serves the start page, and takes pushes by kubectl. Needs no root here, and an administrator of the cluster there.",
  ],
  arguments: [],
  options: [
    siteOption,
    { flag: "--without-unit", summary: "leave systemd alone" },
    { flag: "--site-name", value: "NAME", summary: "a site whose checkout is on another machine", offer: "nothing" },
  ],
  exits: [10],
  examples: [
    ["freehold install", "take pushes for the site around the current directory"],
    ["freehold install --site-name home", "on a server, before the first push from elsewhere"],
  ],
  async run(context, input) {
    const { installSite } = await import("../install-site.ts");
    return installSite(context, input);
  },
};
