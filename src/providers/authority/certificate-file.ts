import type { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { domainToASCII } from "node:url";
import { isErrno } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import type { ResourceId } from "../../resource/base.ts";
import type { Certificate } from "../../resource/kinds/certificate.ts";
import type { SiteLayout } from "../layout.ts";
import { parsePair } from "./pair.ts";

/** A certificate's file as it is found; `text` is absent when there is none. */
export type CertificateFile = { readonly text?: string; readonly mode: number; readonly owner: number };

/** `certificates/NAME.pem`: certificate and key. NAME is the last segment of the id. */
export function certificatePath(layout: SiteLayout, id: ResourceId): string {
  return join(layout.certificates, `${nameOf(id)}.pem`);
}

/** What the certificate was asked to be, as JSON: the world shows the rest. */
export function descriptionPath(layout: SiteLayout, id: ResourceId): string {
  return join(descriptionsDirectory(layout), `${nameOf(id)}.json`);
}

/** Where the descriptions of all certificates of a site lie. */
export function descriptionsDirectory(layout: SiteLayout): string {
  return join(layout.authority, "certificates");
}

/** Reads a certificate's file. */
export async function readCertificateFile(path: string): Promise<CertificateFile> {
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
 * left is `renewal due`. Pure.
 */
export function amissOf(
  wanted: Certificate,
  file: CertificateFile,
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
  const name = id.split("/").at(-1) ?? "";
  if (name !== "" && !name.startsWith(".") && !name.includes("\0") && name.length <= 200) return name;
  return fail("BUG", `expected a file name at the end of ${JSON.stringify(id)}`, { kind: "bug" });
}
