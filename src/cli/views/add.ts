import type { NeededRecord } from "../../features/records.ts";
import type { Founder } from "../../secrets/founders.ts";
import type { Site } from "../../site/site.ts";
import type { Entry } from "../catalogue.ts";
import { type Text, tone } from "../span.ts";
import { table } from "../table.ts";
import { wrap } from "../width.ts";
import { count, listed } from "../words.ts";
import { dnsText } from "./dns.ts";
import { foundersText } from "./secrets.ts";

/** The catalogue. */
export function catalogueText(entries: readonly Entry[]): Text {
  const [first] = entries;
  return [
    "Services ready to use:",
    ...table(
      entries.map(({ name, title }) => [tone("strong", name), title]),
      "  ",
    ),
    ...(first === undefined ? [] : [`next: freehold add ${first.name}`]),
  ];
}

/** What is to be done after an entry was added; without a site when its site.yaml is broken. */
export type Afterwards = {
  readonly site?: Site;
  /** What the DNS needs for it; none for a service that has an address and nothing else, or names that every machine knows. */
  readonly records: readonly NeededRecord[];
  readonly next: string;
};

/** What `add` wrote and made. */
export type Added = Afterwards & {
  readonly entry: Entry;
  /** What it is called in this site. */
  readonly service: string;
  /** The service's first. */
  readonly files: readonly string[];
  /** Names of new secrets. */
  readonly made: readonly string[];
  readonly founders: readonly Founder[];
};

/** What `add` wrote and made, and what to do next. */
export function addedText({ entry, service, files, made, founders, site, records, next }: Added): Text {
  const [file = "", ...others] = files;
  const lines = entry.text.trimEnd().split("\n").length;
  return [
    `${file}  (${count(lines, "line")})  ${entry.title}`,
    ...others.slice(0, 5).map((other) => `${other}  to start with`),
    ...(others.length > 5 ? [`and ${count(others.length - 5, "more file")}`] : []),
    ...(made.length === 0 ? [] : wrap(`${listed(made)} ${made.length === 1 ? "is" : "are"} new in secrets.yaml`, 80)),
    ...(founders.length === 0 ? [] : ["", ...foundersText(founders)]),
    ...(site === undefined || records.length === 0 ? [] : ["", ...dnsText([service], site, records)]),
    ...(founders.length + records.length === 0 ? [] : [""]),
    ...wrap(next, 80),
  ];
}
