import { nearest } from "../../lib/text.ts";
import type { Draft, Written } from "../assemble/draft.ts";
import type { SiteCode } from "../problem-codes.ts";
import type { DnsRecord } from "../site.ts";
import type { Found } from "./found.ts";

type Claim = { readonly draft: Draft; readonly record: Written<DnsRecord> };

/**
 * Records that contradict others of the site: a CNAME beside anything else (RFC 2181, section 10.1), two policies for one sender
 * (RFC 7208, section 3.2); and, as a warning, those that lead to a host of the site that is not there. `complete` is false when
 * a service's file is broken, so that its hosts are not known.
 */
export function recordMistakes(drafts: readonly Draft[], domains: readonly string[], complete: boolean): Found[] {
  const living = drafts.filter(({ service }) => service.stage !== "retired");
  const claims = living.flatMap((draft) => draft.records.map((record) => ({ draft, record })));
  const hosts = new Map(
    living.flatMap(({ service, exposures }) => exposures.map(({ value }) => [value.host, service.name] as const)),
  );
  const byName = Map.groupBy(claims, ({ record }) => record.value.name);
  return [
    ...claims.flatMap((claim) => besideCname(claim, byName.get(claim.record.value.name) ?? [], hosts)),
    ...[...byName.values()].flatMap(twoPolicies),
    ...(complete ? claims.flatMap((claim) => targetMissing(claim, domains, hosts, byName)) : []),
  ];
}

function besideCname(claim: Claim, same: readonly Claim[], hosts: ReadonlyMap<string, string>): Found[] {
  const { name, type } = claim.record.value;
  if (type !== "CNAME") return [];
  const other = same.find((one) => one !== claim && one.record.value.value !== claim.record.value.value);
  const beside = same.find((one) => one !== claim && one.record.value.type !== "CNAME") ?? other;
  const holder = hosts.get(name);
  if (beside === undefined && holder === undefined) return [];
  const what =
    holder === undefined ? `${beside?.record.value.type} of ${beside?.draft.service.name}` : `the host of ${holder}`;
  const message = `expected nothing else under the name of a CNAME, got ${name}, which is ${what} as well`;
  return [found(claim, "RECORD_CNAME", message, "remove one of the two")];
}

function twoPolicies(same: readonly Claim[]): Found[] {
  const policies = same.filter(({ record: { value } }) => value.type === "TXT" && /^v=spf1\b/i.test(value.value));
  const distinct = new Set(policies.map(({ record }) => record.value.value));
  if (distinct.size < 2) return [];
  return policies.map((claim) =>
    found(
      claim,
      "RECORD_TWICE",
      `expected one v=spf1 for ${claim.record.value.name}, got ${distinct.size}: receivers then heed none`,
      "put what they say into one",
    ),
  );
}

function targetMissing(
  claim: Claim,
  domains: readonly string[],
  hosts: ReadonlyMap<string, string>,
  byName: ReadonlyMap<string, readonly Claim[]>,
): Found[] {
  const { type, value } = claim.record.value;
  const target = value.split(" ").at(-1) ?? "";
  const domain = domains.find((one) => target.endsWith(`.${one}`));
  if (!["CNAME", "MX", "SRV"].includes(type) || domain === undefined || hosts.has(target)) return [];
  if ((byName.get(target) ?? []).some(({ record }) => ["A", "AAAA", "CNAME"].includes(record.value.type))) return [];
  const relative = target.slice(0, -domain.length - 1);
  const near = nearest(target, hosts.keys());
  const otherwise =
    near === undefined ? "write a host that a service is exposed at" : `did you mean ${relativeTo(near, domains[0])}?`;
  const hint = relative.includes(".") ? `write ${relative}. with a dot at its end for a host elsewhere` : otherwise;
  const message = `expected a host of this site, got ${target}, at which nothing is exposed`;
  const { draft, mistake } = found(claim, "RECORD_TARGET", message, hint);
  return [{ draft, mistake: { ...mistake, severity: "warning" } }];
}

/** As it is written in a record. */
function relativeTo(host: string, domain = ""): string {
  return host.endsWith(`.${domain}`) ? host.slice(0, -domain.length - 1) : `${host}.`;
}

function found({ draft, record }: Claim, code: SiteCode, message: string, hint: string): Found {
  return { draft, mistake: { code, path: record.path, message, hint } };
}
