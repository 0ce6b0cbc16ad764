import { basename, resolve } from "node:path";
import type { Command } from "../command.ts";
import { createSite } from "../create-site.ts";
import { required } from "../input.ts";
import { initText } from "../views/init.ts";

export const init: Command = {
  name: "init",
  summary: "make the files of a new site",
  description: [
    "Makes a directory NAME with a site.yaml, a people.yaml with you in it, and an empty services directory. Where git is installed it becomes a git repository.",
    "Run by root, it also makes the repository on this machine that one pushes changes to (see freehold docs git), adds it as the remote NAME, and has git sign your commits.",
    "Nothing is overwritten: a directory that has one of these already is refused.",
  ],
  arguments: [{ name: "NAME", summary: "the site's name, and the directory's", takes: "one", offer: "directory" }],
  options: [
    {
      flag: "--domain",
      value: "DOMAIN",
      summary: "the domain under which its services get their names",
      offer: "nothing",
    },
  ],
  exits: [],
  examples: [
    ["freehold init home --domain example.org", "a site whose services are called NAME.example.org"],
    ["freehold init try --domain try.localhost", "one for this machine's own browser only"],
  ],
  async run(context, input) {
    const shown = required(input, "NAME");
    const directory = resolve(context.cwd, shown);
    const made = await createSite(directory, {
      domain: input.option("--domain"),
      userHome: context.env.HOME,
      user: context.env.SUDO_USER ?? context.env.USER ?? context.env.LOGNAME,
      signal: context.signal,
    });
    const { HOME: userHome } = context.env;
    if (made.git !== "not installed")
      await (await import("../secrets/merge-driver.ts")).installMergeDriver(directory, context);
    if (context.user !== 0 || made.git !== "made" || userHome === undefined) {
      context.terminal.print(initText({ shown, ...made }));
      return 0;
    }
    const { connectCheckout } = await import("../push/connect-checkout.ts");
    const { setUpRepository } = await import("../push/set-up.ts");
    const site = basename(directory);
    const repository = await setUpRepository({ roots: context.roots, home: context.home, site });
    const connected = await connectCheckout(context, directory, { site, person: made.person, userHome }, repository);
    context.terminal.print(initText({ shown, ...made, connected }));
    return 0;
  },
};
