import type { OptionSpec } from "./command.ts";

/** For every command that works on a site. */
export const siteOption: OptionSpec = {
  flag: "--site",
  value: "DIR",
  summary: "the site's directory (default: the nearest one upwards with a site.yaml)",
  offer: "directory",
};

/** For commands on this machine that need no files of the site. */
export const siteNameOption: OptionSpec = {
  flag: "--site-name",
  value: "NAME",
  summary: "a site of this machine, by its name",
  offer: "nothing",
};

/** For every command with a result that a program may read. */
export const jsonOption: OptionSpec = { flag: "--json", summary: "print one JSON document for programs" };

/** For every command that asks. */
export const yesOption: OptionSpec = { flag: "--yes", short: "-y", summary: "do it without asking" };

/** For every command. */
export const commonOptions: readonly OptionSpec[] = [
  { flag: "--debug", summary: "show where in freehold a failure arose" },
  { flag: "--help", short: "-h", summary: "show this help" },
];
