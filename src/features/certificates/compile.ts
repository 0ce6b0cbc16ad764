import type { Certificate } from "../../resource/kinds/certificate.ts";
import type { Resource } from "../../resource/resource.ts";
import type { Site } from "../../site/site.ts";
import { certificatesOf, frontUser } from "../front.ts";

/** A certificate for each exposed host, and one for each domain for every other name in it. The front door reads them. */
export function compileCertificates(site: Site): readonly Resource[] {
  return certificatesOf(site).map(
    ({ id, names }): Certificate => ({
      kind: "certificate",
      id,
      service: "front",
      needs: [],
      names,
      issuer: site.certificates,
      domains: [site.domain, ...site.domains].sort(),
      owner: frontUser,
    }),
  );
}
