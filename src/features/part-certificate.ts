import type { ResourceId } from "../resource/base.ts";
import type { Part, Service } from "../site/site.ts";

/** The id of a part's own certificate. No service is called `front`, so none is taken for one of the front door's. */
export function partCertificateId(service: Pick<Service, "name">, part: Pick<Part, "name">): ResourceId {
  return `certificate/${service.name}/${part.name}`;
}
