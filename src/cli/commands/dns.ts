import type { Command } from "../command.ts";
import { imagesIn } from "../home.ts";
import { unknownService } from "../narrow.ts";
import { jsonOption, siteOption } from "../options.ts";
import { siteDirectory } from "../site-directory.ts";
import { checkText } from "../views/check.ts";
import { dnsJson, dnsText } from "../views/dns.ts";
import { problemsJson } from "../views/problems.ts";

export const dns: Command = {
  name: "dns",
  summary: "print the DNS records that the site needs, as a zone file",
  description: [
    "Prints the addresses of every exposed host, and the records that services ask for. Put them where the domain is kept. Nothing is sent anywhere.",
    "What cannot be known here, the machine's public address, stands there as ADDRESS, to be filled in.",
  ],
  arguments: [{ name: "SERVICE", summary: "only what these need", takes: "any number", offer: "service" }],
  options: [siteOption, jsonOption],
  exits: [10],
  examples: [
    ["freehold dns", "all that the site needs"],
    ["freehold dns mail", "what mail needs"],
  ],
  async run(context, input) {
    const { terminal } = context;
    const { load } = await import("../../site/load.ts");
    const { recordsOf, recordsOfServices } = await import("../../features/records.ts");
    const loaded = await load(await siteDirectory(context, input), { images: imagesIn(context.home) });
    const { site } = loaded;
    const errors = loaded.problems.filter(({ severity }) => severity === "error");
    if (site === undefined || errors.length > 0) terminal.say(checkText(loaded, terminal.columns));
    if (site === undefined) {
      if (input.has("--json")) terminal.json(problemsJson(loaded.problems));
      return 10;
    }
    const names = input.words("SERVICE");
    const known = site.services.map(({ name }) => name);
    for (const name of names) if (!known.includes(name)) unknownService(name, known);
    const named = site.services.filter(({ name }) => names.includes(name));
    const records = names.length === 0 ? recordsOf(site) : recordsOfServices(site, named);
    if (input.has("--json")) terminal.json(dnsJson(records));
    else terminal.print(dnsText(names.length === 0 ? [site.name] : names, site, records));
    return 0;
  },
};
