import type { DnsRecord, Service, Site } from "../site/site.ts";
import { mailServiceOf, mailSetupHosts, startHost, webhookHost } from "./start.ts";

/** A DNS record that a site needs. */
export type NeededRecord = Omit<DnsRecord, "value"> & {
  /** Who needs it; `front` is the start page, or the webhook. */
  readonly service: string;
  /** Absent: the machine's public address of the type's family, which nothing here can tell. */
  readonly value?: string;
};

/** The DNS records that a site needs: those of its services, and the addresses of the start page and of the webhook, for `front`. */
export function recordsOf(site: Site): readonly NeededRecord[] {
  const records = recordsOfServices(site, site.services);
  const start = records.length === 0 ? undefined : startHost(site);
  const hosts = [webhookHost(site), start].filter((host) => host !== undefined);
  const own = hosts
    .filter((host) => !records.some(({ name }) => name === host))
    .flatMap((name) => addressesOf(site.front.addresses).map((address) => ({ service: "front", name, ...address })));
  return [...own, ...records];
}

/**
 * The DNS records that some services of a site need so that they are found: for each its hosts' addresses (for mail also of those that
 * mail programs ask how to set themselves up) and its own records, and the addresses of hosts under the site's domains that its records
 * lead to. Each once, for the first service that needs it; names in the order of the file. Retired services need none.
 */
export function recordsOfServices(site: Site, services: readonly Service[]): readonly NeededRecord[] {
  const all = site.services.filter(isLiving).flatMap(({ records }) => records);
  const named = new Set(all.filter(isAddress).map(({ name }) => name));
  const domains = [site.domain, ...site.domains];
  const addresses = addressesOf(site.front.addresses);
  const seen = new Set<string>();
  return services.filter(isLiving).flatMap((service) => {
    const hosts = service.expose.map(({ host }) => host);
    const targets = service.records.flatMap((record) => targetOf(record, domains)).filter((name) => !named.has(name));
    const setup = service.name === mailServiceOf(site)?.name ? mailSetupHosts(site).map(({ host }) => host) : [];
    const found = [...new Set([...hosts, ...setup, ...targets])].flatMap((name) =>
      addresses.map((address) => ({ service: service.name, name, ...address })),
    );
    const own = service.records.map((record) => ({ service: service.name, ...record }));
    return [...found, ...own].filter(({ name, type, value }) => isNew(seen, `${name} ${type} ${value}`));
  });
}

function isLiving({ stage }: Service): boolean {
  return stage !== "retired";
}

function isNew(seen: Set<string>, text: string): boolean {
  const before = seen.size;
  return seen.add(text).size > before;
}

function isAddress({ type }: DnsRecord): boolean {
  return type === "A" || type === "AAAA" || type === "CNAME";
}

/** The host of the site that a record leads to. */
function targetOf({ type, value }: DnsRecord, domains: readonly string[]): readonly string[] {
  if (type !== "MX" && type !== "SRV") return [];
  const target = value.split(" ").at(-1) ?? "";
  return domains.some((domain) => target === domain || target.endsWith(`.${domain}`)) ? [target] : [];
}

/**
 * Where the front door is found from outside: its addresses, if it listens on single ones. `0.0.0.0` and `::` are all of the machine's,
 * and `127.0.0.1` is nowhere.
 */
function addressesOf(listening: readonly string[]): readonly Pick<NeededRecord, "type" | "value">[] {
  const single = listening.filter((address) => !/^(?:0\.0\.0\.0|127\..*|::1?)$/.test(address));
  if (single.length === 0) return [{ type: "A" }];
  return [
    ...single.filter((address) => !isIPv6(address)).map((value) => ({ type: "A", value }) as const),
    ...single.filter(isIPv6).map((value) => ({ type: "AAAA", value }) as const),
  ];
}

/** Of two kinds of address, which are known to be addresses. */
function isIPv6(address: string): boolean {
  return address.includes(":");
}
