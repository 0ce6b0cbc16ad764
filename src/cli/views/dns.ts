import type { NeededRecord } from "../../features/records.ts";
import type { Site } from "../../site/site.ts";
import { type Text, tone } from "../span.ts";
import { table } from "../table.ts";
import { listed } from "../words.ts";
import { unknownAddress, zoneCells } from "../zone.ts";

type Domains = Pick<Site, "domain" | "domains">;

/** The records that something needs as a zone file, with what a person must know as comments. `who` is a site, or services of it. */
export function dnsText(who: readonly string[], site: Domains, records: readonly NeededRecord[]): Text {
  const needs = `${listed(who)} ${who.length === 1 ? "needs" : "need"}`;
  if (records.length === 0) return [`${needs} no DNS records: nothing is exposed.`];
  const domains = domainsOf(site).filter((domain) =>
    records.some(({ name }) => name === domain || name.endsWith(`.${domain}`)),
  );
  const comments = [
    `; What ${needs} in the DNS of ${listed(domains)}.`,
    ...(records.some(({ value }) => value === undefined)
      ? [
          `; Put this machine's public address (or your router's) for ${unknownAddress}. If it has`,
          "; an IPv6 address as well, add a line with AAAA beside each A.",
        ]
      : []),
    ...(isLocal(site) ? ["; Names under localhost lead to this machine by themselves: nothing to do."] : []),
  ];
  const rows = table(
    records.map((record) => [...zoneCells(record)]),
    "",
  );
  return [
    ...comments.map((line) => tone("dim", line)),
    "$TTL 3600",
    ...rows.flatMap((row, index) => {
      const { service } = records[index] ?? {};
      return records[index - 1]?.service === service
        ? [row]
        : ["", tone("dim", service === "front" ? "; the start page" : `; ${service}`), row];
    }),
  ];
}

/** The records for programs; `value` is null where the machine's public address is to be filled in. */
export function dnsJson(records: readonly NeededRecord[]): object {
  return {
    records: records.map(({ service, name, type, value = null }) => ({ service, name, type, value })),
  };
}

/** Whether every machine knows by itself where the site's names lead: to itself (RFC 6761, section 6.3). */
export function isLocal(site: Domains): boolean {
  return domainsOf(site).every((domain) => domain === "localhost" || domain.endsWith(".localhost"));
}

function domainsOf({ domain, domains }: Domains): readonly string[] {
  return [domain, ...domains];
}
