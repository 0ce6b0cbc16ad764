import type { Manifest } from "../../resource/kinds/manifest.ts";
import type { Resource } from "../../resource/resource.ts";
import type { RawObject, Service, Site } from "../../site/site.ts";
import { clusterOf } from "../cluster.ts";
import { laidIn, type Place, type Places, placeAt } from "../places.ts";

/** The objects of Kubernetes that people wrote for their services, on a cluster. A retired service has none. */
export function compileManifests(site: Site, places: Places): readonly Resource[] {
  if (clusterOf(site) === undefined) return [];
  return site.services.flatMap((service) => {
    const { manifests = [] } = service;
    if (manifests.length === 0 || service.stage === "retired") return [];
    const place = placeAt(places, service.name);
    return manifests.map((object) => manifestOf(service, place, object));
  });
}

/** Its id says which object it is, whatever its version: `manifest/blog/deployment.apps/extra`. */
function manifestOf(service: Service, place: Place, object: RawObject): Manifest {
  const [group, version] = object.apiVersion.split("/");
  const kind = `${object.kind.toLowerCase()}${version === undefined ? "" : `.${group}`}`;
  return {
    kind: "manifest",
    id: `manifest/${service.name}/${kind}/${object.metadata.name}`,
    service: service.name,
    needs: laidIn(service, place),
    namespace: place.from,
    object,
  };
}
