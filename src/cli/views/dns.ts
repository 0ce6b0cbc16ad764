import type { NeededRecord } from "../../features/records.ts";
import type { Site } from "../../site/site.ts";
import { type Text, tone } from "../span.ts";
import { table } from "../table.ts";
import { listed } from "../words.ts";
import { unknownAddress, zoneCells } from "../zone.ts";

/** The records as a zone file, with what a person must know as comments. */
export function dnsText(site: Pick<Site, "name" | "domain" | "domains">, records: readonly NeededRecord[]): Text {
  const domains = [site.domain, ...site.domains];
  if (records.length === 0) return [`${site.name} needs no DNS records: nothing of it is exposed.`];
  const comments = [
    `; What ${site.name} needs in the DNS of ${listed(domains)}.`,
    ...(records.some(({ value }) => value === undefined)
      ? [
          `; Put this machine's public address (or your router's) for ${unknownAddress}. If it has`,
          "; an IPv6 address as well, add a line with AAAA beside each A.",
        ]
      : []),
    ...(domains.every(isLocal) ? ["; Names under localhost lead to this machine by themselves: nothing to do."] : []),
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
      return records[index - 1]?.service === service ? [row] : ["", tone("dim", `; ${service}`), row];
    }),
  ];
}

/** The records for programs; `value` is null where the machine's public address is to be filled in. */
export function dnsJson(records: readonly NeededRecord[]): object {
  return {
    records: records.map(({ service, name, type, value = null }) => ({ service, name, type, value })),
  };
}

function isLocal(domain: string): boolean {
  return domain === "localhost" || domain.endsWith(".localhost");
}
