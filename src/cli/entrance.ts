import { lookup } from "node:dns/promises";
import { recordsOf } from "../features/records.ts";
import { isErrno } from "../lib/errno.ts";
import type { Runtime } from "../providers/provider.ts";
import type { Site } from "../site/site.ts";

/** Where the world enters a site, and which of its names do not lead there yet, as this machine sees it. */
export type Entrance = {
  /** Sorted; empty while the front door has none. */
  readonly addresses: readonly string[];
  readonly astray: readonly string[];
};

/** Milliseconds after which a name counts as one that leads nowhere. */
const patience = 3000;

/** Asks where a site is entered, and this machine's resolver where its names lead. Undefined where it is entered by this machine itself. */
export async function entranceOf(
  runtime: Pick<Runtime, "entrances">,
  site: Site,
  signal: AbortSignal,
): Promise<Entrance | undefined> {
  if (runtime.entrances === undefined) return undefined;
  const names = recordsOf(site).flatMap(({ type, name, value }) =>
    value === undefined && (type === "A" || type === "AAAA") ? [name] : [],
  );
  const addresses = await runtime.entrances(site.name);
  const wanted = new Set((await Promise.all(addresses.map((address) => addressesOf(address, signal)))).flat());
  const led = await Promise.all(
    [...new Set(names)].map(async (name) => ({ name, to: await addressesOf(name, signal) })),
  );
  return { addresses, astray: led.flatMap(({ name, to }) => (to.some((one) => wanted.has(one)) ? [] : [name])).sort() };
}

/** What a name leads to; an address leads to itself. Nothing when nobody knows it, or nobody says so in time. */
async function addressesOf(name: string, signal: AbortSignal): Promise<readonly string[]> {
  const late = new Promise<never[]>((resolve) => {
    const timer = setTimeout(() => resolve([]), patience);
    timer.unref();
    signal.addEventListener("abort", () => resolve([]), { once: true });
  });
  const asked = lookup(name, { all: true }).then(
    (found) => found.map(({ address }) => address),
    (thrown: unknown) => {
      if (isErrno(thrown, "ENOTFOUND", "EAI_AGAIN", "ENODATA", "ESERVFAIL", "ETIMEOUT", "EAI_NODATA", "EAI_FAIL"))
        return [];
      throw thrown;
    },
  );
  return Promise.race([asked, late]);
}
