import type { X509Certificate } from "node:crypto";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { domainToASCII } from "node:url";
import { isErrno, writeAtomically } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { Certificate } from "../../resource/kinds/certificate.ts";
import type { SiteLayout } from "../layout.ts";
import { partCertificateDirectory, partCertificateName } from "../part-certificate.ts";
import { readCertificateDirectory, writeCertificateDirectory } from "./certificate-directory.ts";
import type { Issued } from "./issue.ts";
import { type FoundPair, pairText, parsePair } from "./pair.ts";

/** `certificates/NAME.pem`: certificate and key of the front door. NAME is the last segment of the id. */
export function certificatePath(layout: SiteLayout, id: ResourceId): string {
  return join(layout.certificates, `${nameOf(id)}.pem`);
}

/** Reads a certificate and its key, wherever they are kept. */
export function readCertificate(layout: SiteLayout, id: ResourceId): Promise<FoundPair> {
  const directory = partCertificateDirectory(layout, id);
  return directory === undefined ? readFrontFile(certificatePath(layout, id)) : readCertificateDirectory(directory);
}

/** Keeps a certificate and its key, for the front door in one file, for a part in a directory. */
export async function writeCertificate(
  layout: SiteLayout,
  id: ResourceId,
  issued: Issued,
  owner: number,
): Promise<void> {
  const directory = partCertificateDirectory(layout, id);
  if (directory !== undefined) return writeCertificateDirectory(directory, issued, owner);
  await mkdir(layout.certificates, { recursive: true, mode: 0o711 });
  await writeAtomically(certificatePath(layout, id), pairText(issued), 0o400, owner);
}

/** Takes a certificate and its key away. */
export async function removeCertificate(layout: SiteLayout, id: ResourceId): Promise<void> {
  const path = partCertificateDirectory(layout, id) ?? certificatePath(layout, id);
  await rm(path, { recursive: true, force: true });
}

/** What the certificate was asked to be, as JSON: the world shows the rest. */
export function descriptionPath(layout: SiteLayout, id: ResourceId): string {
  return join(descriptionsDirectory(layout), `${nameOf(id)}.json`);
}

/** Where the descriptions of all certificates of a site lie. */
export function descriptionsDirectory(layout: SiteLayout): string {
  return join(layout.authority, "certificates");
}

async function readFrontFile(path: string): Promise<FoundPair> {
  try {
    const [text, { mode, uid }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    return { text, mode: mode & 0o777, owner: uid };
  } catch (thrown) {
    if (isErrno(thrown, "ENOENT")) return { mode: 0, owner: 0 };
    throw thrown;
  }
}

/**
 * What is wrong with a certificate's file, in the words of `Observed.amiss`; absent: nothing. Less than a third of its time
 * left is `renewal due`. `owner` is the user of the machine. Pure.
 */
export function amissOf(
  wanted: Pick<Certificate, "names" | "owner">,
  file: FoundPair,
  authority: X509Certificate | undefined,
  now: number,
): string | undefined {
  if (file.text === undefined) return "missing";
  const pair = parsePair(file.text);
  if (pair === undefined) return "damaged";
  if (file.mode !== 0o400 || file.owner !== wanted.owner) return "edited";
  if (namesOf(pair.parsed) !== asNames(wanted.names)) return "edited";
  if (authority === undefined || !pair.parsed.checkIssued(authority) || !pair.parsed.verify(authority.publicKey)) {
    return "from another authority";
  }
  const [from, to] = [pair.parsed.validFromDate.getTime(), pair.parsed.validToDate.getTime()];
  if (now < from) return "not valid yet";
  return to - now < (to - from) / 3 ? "renewal due" : undefined;
}

function namesOf(certificate: X509Certificate): string {
  const names = (certificate.subjectAltName ?? "").split(", ").map((name) => name.replace(/^DNS:/, ""));
  return names.sort().join(" ");
}

function asNames(names: readonly string[]): string {
  return names.map(domainToASCII).sort().join(" ");
}

function nameOf(id: ResourceId): string {
  const ofPart = partCertificateName(id);
  if (ofPart !== undefined) return ofPart;
  const name = id.split("/").at(-1) ?? "";
  if (name !== "" && !name.startsWith(".") && !name.includes("\0") && name.length <= 200) return name;
  return fail("BUG", `expected a file name at the end of ${JSON.stringify(id)}`, { kind: "bug" });
}
