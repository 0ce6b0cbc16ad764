import { addEntry, type Entry, entries, findEntry, needFree } from "../catalogue.ts";
import type { Command, Context } from "../command.ts";
import { lackOf, lackText } from "../credentials.ts";
import { catalogIn, imagesIn } from "../home.ts";
import { withNextUp } from "../next-up.ts";
import { jsonOption, siteOption } from "../options.ts";
import { keeperOf } from "../secrets/keeper.ts";
import { serviceName } from "../service-name.ts";
import { type Afterwards, addedText, catalogueText } from "../views/add.ts";
import { dnsJson, isLocal } from "../views/dns.ts";

export const add: Command = {
  name: "add",
  summary: "add a service from the catalogue to the site",
  description: [
    "Copies ENTRY of the catalogue to services/NAME.yaml, with a comment on each line that one may want to change, and the files that it starts with. Secrets that it asks for are made and sealed in secrets.yaml. Nothing is overwritten and nothing runs yet.",
    "Prints the DNS records that it needs, if they are more than an address.",
    "Without ENTRY: lists the catalogue.",
  ],
  arguments: [{ name: "ENTRY", summary: "an entry of the catalogue", takes: "at most one", offer: "entry" }],
  options: [
    {
      flag: "--name",
      value: "NAME",
      summary: "what the service is called here (default: as the entry)",
      offer: "nothing",
    },
    siteOption,
    jsonOption,
  ],
  exits: [10],
  examples: [
    ["freehold add", "list the catalogue"],
    ["freehold add calendar", "write services/calendar.yaml"],
    ["freehold add blog --name notes", "a second blog, at notes.DOMAIN"],
  ],
  async run(context, input) {
    const { terminal } = context;
    const catalog = catalogIn(context.home);
    const wanted = input.argument("ENTRY");
    if (wanted === undefined) {
      const all = await entries(catalog);
      if (input.has("--json")) terminal.json({ entries: all.map(({ name, title }) => ({ name, title })) });
      else terminal.print(catalogueText(all));
      return 0;
    }
    const entry: Entry = await findEntry(catalog, wanted);
    const keeper = await keeperOf(context, input);
    const service = serviceName(input.option("--name") ?? entry.name);
    await needFree(entry, keeper.directory, service);
    const { furnish } = await import("../entry-secrets.ts");
    const { text, made, founders } = await furnish(entry.text, keeper);
    const files = await addEntry(catalog, { ...entry, text }, keeper.directory, service);
    const after = await afterwards(context, keeper.directory, service);
    if (input.has("--json")) terminal.json({ entry: entry.name, files, secrets: made, ...dnsJson(after.records) });
    else {
      const added = addedText({ entry, service, files, made, founders, ...after });
      terminal.print(await withNextUp(context, keeper.directory, added));
    }
    return 0;
  },
};

/** What to do before the first visitor comes: the DNS records of a service that has some of its own, and the next command. */
async function afterwards({ home }: Context, directory: string, service: string): Promise<Afterwards> {
  const { load } = await import("../../site/load.ts");
  const { recordsOfServices } = await import("../../features/records.ts");
  const { site, broken } = await load(directory, { images: imagesIn(home) });
  if (site === undefined || broken.includes(service))
    return {
      records: [],
      next: `next: freehold check, since ${site === undefined ? "the site" : service} has problems`,
    };
  const lack = lackOf(site);
  const added = site.services.filter(({ name, records }) => name === service && records.length > 0 && !isLocal(site));
  return {
    site,
    records: recordsOfServices(site, added),
    next: lack === undefined ? "next: freehold up" : lackText(lack, site),
  };
}
