import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import { isErrno, writeAtomically } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import { turns } from "../../lib/turns.ts";
import { canonical } from "../../resource/digest.ts";
import type { Certificate } from "../../resource/kinds/certificate.ts";
import type { Observed } from "../../resource/observed.ts";
import { parseResource } from "../../resource/parse.ts";
import type { Resource } from "../../resource/resource.ts";
import { explainDisk } from "../disk.ts";
import { type Roots, type SiteLayout, siteLayout } from "../layout.ts";
import { findUserNamespaces, isServices, userOnMachine } from "../machine-users.ts";
import { holderOf, partCertificateDirectory } from "../part-certificate.ts";
import type { ApplyContext, Provider } from "../provider.ts";
import { authorityFile, backdated, ensureAuthority, findAuthority, leafLifetime } from "./authority.ts";
import {
  amissOf,
  descriptionPath,
  descriptionsDirectory,
  readCertificate,
  removeCertificate,
  writeCertificate,
} from "./certificate-file.ts";
import type { Pair } from "./pair.ts";

/**
 * Certificates from an authority of the site's own, which is made when the first one is wanted. Keys never leave files that
 * their owner alone may read. Problems: `CLOCK_WRONG`, `AUTHORITY_EXPIRED`, `AUTHORITY_DAMAGED`, `DISK_FULL`.
 */
export function authorityProvider({ roots, clock }: { readonly roots: Roots; readonly clock: Clock }): Provider {
  const inTurn = turns();
  let userNamespaces: Promise<boolean> | undefined;

  /** Of a part's: the user that it was given to, which is known once its container was made. */
  async function ownerOf(layout: SiteLayout, { id, owner }: Certificate): Promise<number> {
    const directory = partCertificateDirectory(layout, id);
    const holder = directory === undefined ? undefined : await holderOf(directory);
    if (holder !== undefined) return holder;
    if (!isServices(owner)) return owner;
    userNamespaces ??= findUserNamespaces();
    return userOnMachine(owner, await userNamespaces);
  }

  async function apply(site: string, certificate: Certificate, { report, signal }: ApplyContext): Promise<void> {
    const layout = siteLayout(roots, site);
    const authority = await inTurn(() => ensureAuthority(authorityFile(layout), site, certificate.domains, clock));
    signal.throwIfAborted();
    const now = clock.now();
    const file = await readCertificate(layout, certificate.id);
    const owner = await ownerOf(layout, certificate);
    if (amissOf({ ...certificate, owner }, file, authority.parsed, now) !== undefined) {
      report("issuing");
      const { issueLeaf } = await import("./issue.ts");
      const to = Math.min(now + leafLifetime - backdated, authority.parsed.validToDate.getTime());
      const issued = await issueLeaf(authority, certificate.names, { from: now - backdated, to });
      await writeCertificate(layout, certificate.id, issued, owner);
    }
    await mkdir(descriptionsDirectory(layout), { recursive: true, mode: 0o700 });
    await writeAtomically(descriptionPath(layout, certificate.id), canonical(certificate));
  }

  return {
    kinds: ["certificate"],
    async observe(site) {
      const layout = siteLayout(roots, site);
      const descriptions = await readDescriptions(layout);
      const authority = descriptions.length === 0 ? undefined : await findAuthority(authorityFile(layout));
      const resources = await Promise.all(
        descriptions.map(async (resource): Promise<Observed> => {
          const file = await readCertificate(layout, resource.id);
          const amiss = amissOf(
            { ...resource, owner: await ownerOf(layout, resource) },
            file,
            parsedOf(authority),
            clock.now(),
          );
          return amiss === undefined ? { resource } : { resource, amiss };
        }),
      );
      return { resources, slots: {}, foreignSlots: [] };
    },
    apply: (site, step, context) => apply(site, certificateOf(step.resource), context).catch(explainDisk),
    async remove(site, resource) {
      const layout = siteLayout(roots, site);
      await removeCertificate(layout, resource.id);
      await rm(descriptionPath(layout, resource.id), { force: true });
    },
  };
}

async function readDescriptions(layout: SiteLayout): Promise<readonly Certificate[]> {
  const directory = descriptionsDirectory(layout);
  const names = await readdir(directory).catch((thrown: unknown) => {
    if (isErrno(thrown, "ENOENT", "ENOTDIR")) return [];
    throw thrown;
  });
  const texts = names
    .filter((name) => name.endsWith(".json"))
    .map(async (name) => parseResource(await readFile(join(directory, name), "utf8")));
  const found = (await Promise.all(texts)).filter((resource) => resource?.kind === "certificate");
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function parsedOf(authority: Pair | "damaged" | undefined): Pair["parsed"] | undefined {
  return authority === "damaged" ? undefined : authority?.parsed;
}

function certificateOf(resource: Resource): Certificate {
  if (resource.kind === "certificate") return resource;
  return fail("BUG", `expected a certificate, got a ${resource.kind}`, { kind: "bug" });
}
