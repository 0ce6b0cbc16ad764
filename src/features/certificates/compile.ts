import type { Certificate } from "../../resource/kinds/certificate.ts";
import type { Resource } from "../../resource/resource.ts";
import type { Site } from "../../site/site.ts";
import { certificatesOf, frontGround, frontUser } from "../front.ts";
import { partCertificateId } from "../part-certificate.ts";
import { laidIn, type Places, placeAt } from "../places.ts";
import { ownerIn } from "../user-inside.ts";

/**
 * A certificate for each exposed host, and one for each domain for every other name in it, which the front door reads; and one for
 * each part that asks for its own.
 */
export function compileCertificates(site: Site, places: Places): readonly Resource[] {
  const front = certificatesOf(site).map((one) =>
    certificate(site, { ...one, service: "front", needs: frontGround(site), owner: frontUser }),
  );
  const living = site.services.filter(({ stage }) => stage !== "retired");
  const parts = living.flatMap((service) =>
    service.parts.flatMap((part) => {
      if (part.certificate === undefined) return [];
      const id = partCertificateId(service, part);
      const place = placeAt(places, service.name);
      const { names } = part.certificate;
      const owner = ownerIn(place, part);
      return [certificate(site, { id, service: service.name, needs: laidIn(service, place), names, owner })];
    }),
  );
  return [...front, ...parts];
}

function certificate(
  site: Site,
  { id, service, needs, names, owner }: Pick<Certificate, "id" | "service" | "needs" | "names" | "owner">,
): Certificate {
  return {
    kind: "certificate",
    id,
    service,
    needs,
    names,
    issuer: site.certificates,
    domains: [site.domain, ...site.domains].sort(),
    owner,
  };
}
