import { addEntry, type Entry, entries, findEntry } from "../catalogue.ts";
import type { Command, Context } from "../command.ts";
import { lackOf, lackText } from "../credentials.ts";
import { catalogIn, imagesIn } from "../home.ts";
import { jsonOption, siteOption } from "../options.ts";
import { serviceName } from "../service-name.ts";
import { siteDirectory } from "../site-directory.ts";
import { addedText, catalogueText } from "../views/add.ts";

export const add: Command = {
  name: "add",
  summary: "add a service from the catalogue to the site",
  description: [
    "Copies ENTRY of the catalogue to services/NAME.yaml, with a comment on each line that one may want to change, and the files that it starts with. Nothing is overwritten and nothing runs yet.",
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
    const site = await siteDirectory(context, input);
    const files = await addEntry(catalog, entry, site, serviceName(input.option("--name") ?? entry.name));
    if (input.has("--json")) terminal.json({ entry: entry.name, files });
    else terminal.print(addedText(entry, files, await nextOf(context, site)));
    return 0;
  },
};

/** What to do before the first visitor comes. */
async function nextOf({ home }: Context, directory: string): Promise<string> {
  const { load } = await import("../../site/load.ts");
  const { site } = await load(directory, { images: imagesIn(home) });
  const lack = site === undefined ? undefined : lackOf(site);
  return site === undefined || lack === undefined ? "next: freehold up" : lackText(lack, site);
}
