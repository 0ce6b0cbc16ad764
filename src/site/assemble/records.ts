import { type Mistake, shown } from "../mistake.ts";
import { inFull } from "../schema/dns-name.ts";
import type { RecordLine } from "../schema/records.ts";
import type { DnsRecord } from "../site.ts";
import type { Report, Written } from "./draft.ts";

/** The records of a service, their names in full; none while the site's domains are not known. */
export function assembleRecords(
  lines: readonly RecordLine[] = [],
  domains: readonly string[],
  report: Report,
): Written<DnsRecord>[] {
  const [domain] = domains;
  if (domain === undefined) return [];
  const seen = new Set<string>();
  return lines.flatMap((line, index): Written<DnsRecord>[] => {
    const path = ["records", index];
    const origins = line.in === "each domain" ? domains : [domain];
    const records = origins.map((origin) => recordOf(line, origin, domain));
    const mistake = records.map(({ name }) => nameMistake(line, name, domains)).find((one) => one !== undefined);
    if (mistake !== undefined) {
      report({ ...mistake, path });
      return [];
    }
    const texts = records.map(({ name, type, value }) => `${name} ${type} ${value}`);
    if (texts.some((text) => seen.has(text)))
      report({ code: "RECORD_TWICE", path, message: "expected each record once, got it again", hint: "remove it" });
    for (const text of texts) seen.add(text);
    return records.map((value) => ({ value, path }));
  });
}

/** The record of one domain; what it leads to is under the site's own, whose hosts have certificates for that. */
function recordOf({ name, type, before, target }: RecordLine, origin: string, domain: string): DnsRecord {
  const last = target === undefined ? [] : [inFull(target, domain)];
  return { name: inFull(name, origin), type, value: [...(before === "" ? [] : [before]), ...last].join(" ") };
}

function nameMistake(
  { name, type, target }: RecordLine,
  full: string,
  domains: readonly string[],
): Omit<Mistake, "path"> | undefined {
  const isOurs = (text: string) => domains.some((domain) => text === domain || text.endsWith(`.${domain}`));
  const doubled = [name, target].find((one) => one !== undefined && !one.full && isOurs(one.text));
  if (doubled !== undefined)
    return {
      code: "RECORD_FOREIGN",
      message: `expected a name relative to ${domains[0]}, got ${shown(doubled.text)}, which has a domain already`,
      hint: `write ${doubled.text}. with a dot at its end`,
    };
  if (!isOurs(full))
    return {
      code: "RECORD_FOREIGN",
      message: `expected a name under ${domains.join(", ")}, got ${shown(full)}`,
      hint: "add its domain to domains in site.yaml",
    };
  if (type !== "CNAME" || !domains.includes(full)) return undefined;
  return {
    code: "RECORD_CNAME",
    message: `expected an address for ${full}, got CNAME: a domain has records that may not stand beside it`,
    hint: "expose a service there, or write A",
  };
}
