import { X509Certificate } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { domainToASCII } from "node:url";
import type { Clock } from "../../lib/clock.ts";
import { isErrno, writeAtomically } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import type { SiteLayout } from "../layout.ts";
import { permittedDomains } from "./name-constraints.ts";
import { type Pair, pairText, parsePair } from "./pair.ts";

const day = 86_400_000;

/** How far back what we issue is valid, for those whose clock is behind ours. */
export const backdated = 3_600_000;

const lifetime = 3650 * day;

/** As long as browsers take certificates of any authority (398 days), less a day. */
export const leafLifetime = 397 * day;

/** No clock is right that shows a time before this program was written. */
const earliest = Date.UTC(2026, 0, 1);

/** What a person's devices are asked to trust (PEM), without its key; absent until the first certificate was made. Problem: `AUTHORITY_DAMAGED`. */
export async function authorityCertificate(layout: SiteLayout): Promise<string | undefined> {
  return (await readAuthority(authorityFile(layout)))?.certificate;
}

/** The SHA-256 fingerprint of a certificate (PEM), as browsers show it: `0A:1B:…`. */
export function authorityFingerprint(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256;
}

/** Where the key and the certificate of a site's authority are kept, as one text that nobody else reads. */
export type AuthorityPlace = {
  /** In words: a path, or the name of an object. */
  readonly name: string;
  /** The command that takes it away. */
  readonly removal: string;
  /** Undefined when there is none yet. */
  read(): Promise<string | undefined>;
  /** All at once, or not at all. */
  write(text: string): Promise<void>;
};

/** A file of this machine, for root alone. */
export function authorityFile(layout: SiteLayout): AuthorityPlace {
  const path = join(layout.authority, "authority.pem");
  return {
    name: path,
    removal: `rm ${path}`,
    read: () =>
      readFile(path, "utf8").catch((thrown: unknown) => {
        if (isErrno(thrown, "ENOENT", "ENOTDIR")) return undefined;
        throw thrown;
      }),
    write: async (text) => {
      await mkdir(layout.authority, { recursive: true, mode: 0o700 });
      await writeAtomically(path, text, 0o600);
    },
  };
}

/** The authority of a site as it is found. */
export async function findAuthority(place: AuthorityPlace): Promise<Pair | "damaged" | undefined> {
  const text = await place.read();
  return text === undefined ? undefined : (parsePair(text) ?? "damaged");
}

/** The same. Problem: `AUTHORITY_DAMAGED`. */
export async function readAuthority(place: AuthorityPlace): Promise<Pair | undefined> {
  const found = await findAuthority(place);
  if (found !== "damaged") return found;
  const { name } = place;
  return fail("AUTHORITY_DAMAGED", `expected the authority's key and certificate in ${name}, got something else`, {
    hint: `put ${name} back from a copy, or remove it: freehold up then makes a new authority, to be trusted again`,
  });
}

/**
 * The authority of a site, made on first use, and anew when it does not speak for one of `domains`. Time alone never makes a new one,
 * since a wrong clock would then cost everybody's trust.
 * Problems: `CLOCK_WRONG`, `AUTHORITY_EXPIRED`, `AUTHORITY_DAMAGED`.
 */
export async function ensureAuthority(
  place: AuthorityPlace,
  site: string,
  domains: readonly string[],
  clock: Clock,
): Promise<Pair> {
  const now = clock.now();
  if (now < earliest) refuseClock(`a time from ${dateOf(earliest)} on`, now);
  const found = await readAuthority(place);
  const { constraintsOf, issueAuthority } = await import("./issue.ts");
  if (found === undefined || !speaksFor(constraintsOf(found.certificate), domains)) {
    const title = { site, name: `freehold authority ${dateOf(now)}` };
    const issued = await issueAuthority(title, domains, { from: now - backdated, to: now + lifetime });
    await place.write(pairText(issued));
    return { ...issued, parsed: new X509Certificate(issued.certificate) };
  }
  refuseTime(place, found, now);
  return found;
}

function speaksFor(constraints: Uint8Array | undefined, domains: readonly string[]): boolean {
  if (constraints === undefined) return false;
  const permitted = permittedDomains(constraints);
  return domains
    .map(domainToASCII)
    .every((domain) => permitted.some((each) => domain === each || domain.endsWith(`.${each}`)));
}

function refuseTime(place: AuthorityPlace, authority: Pair, now: number): void {
  const { validFromDate, validToDate } = authority.parsed;
  const anew = `if the clock is right, ${place.removal}: freehold up then makes a new authority, to be trusted again`;
  if (now < validFromDate.getTime()) {
    refuseClock(`a time after ${dateOf(validFromDate.getTime())}, when the site's authority was made`, now, anew);
  }
  if (now >= validToDate.getTime() - day) {
    fail(
      "AUTHORITY_EXPIRED",
      `expected the site's authority to be valid, got one that ends on ${dateOf(validToDate.getTime())}`,
      {
        hint: anew,
      },
    );
  }
}

function refuseClock(expected: string, now: number, otherwise = "timedatectl set-ntp true"): never {
  return fail("CLOCK_WRONG", `expected ${expected}, got ${dateOf(now)} from this machine's clock`, {
    expected,
    got: dateOf(now),
    hint: otherwise,
  });
}

function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
