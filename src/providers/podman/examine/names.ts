import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { isErrno } from "../../../lib/fs.ts";
import type { Finding } from "../../provider.ts";
import { type Examined, fine, warning } from "./finding.ts";

/** Where a name leads. */
export type NameFacts = {
  readonly host: string;
  /** Absent when nobody answered in time. */
  readonly addresses?: readonly string[];
  /** The addresses of this machine. */
  readonly own: readonly string[];
};

/** At most so many names are looked up, for at most so many milliseconds. */
const limits = { names: 20, wait: 3000 };

/** Looks up the names of the site. */
export async function examineNames({ site }: Examined): Promise<readonly Finding[]> {
  const own = Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map(({ address }) => address));
  const hosts = (site?.hosts ?? []).slice(0, limits.names);
  return Promise.all(
    hosts.map(async (host) => {
      const addresses = host.endsWith(".localhost") ? [] : await addressesOf(host);
      return judgeName({ host, own, ...(addresses === undefined ? {} : { addresses }) });
    }),
  );
}

/** What follows from where a name leads. Pure. */
export function judgeName({ host, addresses, own }: NameFacts): Finding {
  const name = `name-${host}`;
  if (host.endsWith(".localhost")) return fine(name, "leads every browser to the machine that it runs on");
  const record = `a DNS record for ${host} that leads to this machine`;
  const fix = `add ${record}, or a line in /etc/hosts of who visits it`;
  if (addresses === undefined) return warning(name, "no resolver answered", record, "look at /etc/resolv.conf");
  if (addresses.length === 0) return warning(name, "leads nowhere", record, fix);
  if (addresses.some((address) => own.includes(address)))
    return fine(name, `leads to ${addresses.join(", ")}, this machine`);
  return warning(name, `leads to ${addresses.join(", ")}`, "this machine, or a router that forwards to it", fix);
}

/** The addresses that a name leads to: none when there is no such name, absent when nobody answered in time. */
export async function addressesOf(host: string): Promise<readonly string[] | undefined> {
  const end = new AbortController();
  const found = lookup(host, { all: true }).then(
    (all) => all.map(({ address }) => address),
    (thrown: unknown) => {
      if (isErrno(thrown, "ENOTFOUND", "ENODATA")) return [];
      if (isErrno(thrown, "EAI_AGAIN", "ETIMEOUT", "ECONNREFUSED")) return undefined;
      throw thrown;
    },
  );
  const late = delay(limits.wait, undefined, { signal: end.signal, ref: false }).catch(() => undefined);
  const first = await Promise.race([found, late]);
  end.abort();
  return first;
}
