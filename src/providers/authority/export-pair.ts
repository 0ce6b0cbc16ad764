import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import { readIfThere, writeAtomically } from "../../lib/fs.ts";
import type { Certificate } from "../../resource/kinds/certificate.ts";
import { type Roots, siteLayout } from "../layout.ts";
import { authorityFile, backdated, ensureAuthority, leafLifetime } from "./authority.ts";
import { amissOf } from "./certificate-file.ts";
import type { Issued } from "./issue.ts";
import { pairText, parsePair } from "./pair.ts";

/** Where the authority is, and what time it is. */
export type Issuing = { readonly roots: Roots; readonly clock: Clock };

/**
 * A certificate for an export, from the authority that the site has on this machine, which is made when there is none. It is kept beside
 * that authority, and is the same at each export until a third of its time is left. Problems: those of `ensureAuthority`.
 */
export async function exportPair(site: string, certificate: Certificate, { roots, clock }: Issuing): Promise<Issued> {
  const layout = siteLayout(roots, site);
  const authority = await ensureAuthority(authorityFile(layout), site, certificate.domains, clock);
  const now = clock.now();
  const kept = join(layout.authority, "exported");
  const path = join(kept, `${certificate.id.replaceAll("/", "_")}.pem`);
  const text = await readIfThere(path);
  const found = text === undefined ? undefined : parsePair(text);
  const file = { ...(text !== undefined && { text }), mode: 0o400, owner: certificate.owner };
  if (found !== undefined && amissOf(certificate, file, authority.parsed, now) === undefined) return found;
  const { issueLeaf } = await import("./issue.ts");
  const to = Math.min(now + leafLifetime - backdated, authority.parsed.validToDate.getTime());
  const issued = await issueLeaf(authority, certificate.names, { from: now - backdated, to });
  await mkdir(kept, { recursive: true, mode: 0o700 });
  await writeAtomically(path, pairText(issued), 0o400);
  return issued;
}
