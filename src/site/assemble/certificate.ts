import { nearest } from "../../lib/text.ts";
import { shown, unexpected } from "../mistake.ts";
import type { Path } from "../path.ts";
import type { PartFile } from "../schema/service.ts";
import type { CertificateMount } from "../site.ts";
import type { Report } from "./draft.ts";
import { hostInFull, isUnder } from "./host.ts";

/** What a certificate inside depends on: the service's name and hosts, and the site's domains, its own first. */
export type Certified = {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly domains: readonly string[];
};

/** The certificate of a part, its names filled in; absent when there is none, or no name for it. */
export function assembleCertificate(
  certificate: PartFile["certificate"],
  { name, hosts, domains }: Certified,
  path: Path,
  report: Report,
): CertificateMount | undefined {
  if (certificate === undefined || domains.length === 0) return undefined;
  const written = certificate.names?.flatMap((one, index) => nameOf(one, domains, [...path, "names", index], report));
  const [first, ...others] = new Set(written ?? hosts);
  if (first !== undefined) return { path: certificate.path, names: [first, ...others.sort()] };
  if ((certificate.names ?? []).length > 0) return undefined;
  report({
    code: "CERTIFICATE_NAMES",
    path: written === undefined ? path : [...path, "names"],
    message: "expected names for the certificate, got none, and the service is not exposed",
    hint: `write names: [${name}]`,
  });
  return undefined;
}

/** A name in full; none, with a problem, for one that is too long or not the site's. */
function nameOf(written: string, domains: readonly string[], path: Path, report: Report): string[] {
  const name = hostInFull(written, domains);
  if (name === undefined) {
    const hint = "write a shorter host";
    report(unexpected("HOST_INVALID", path, "a host of at most 253 characters", { got: shown(written), hint }));
    return [];
  }
  if (isUnder(name, domains)) return [name];
  const near = nearest(name, domains);
  const hint = `${near === undefined ? "" : `did you mean ${near}? else `}add its domain to domains in site.yaml`;
  report(unexpected("HOST_FOREIGN", path, `a name under ${domains.join(", ")}`, { got: shown(name), hint }));
  return [];
}
